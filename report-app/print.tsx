import { render } from 'preact';
import { escapeForTerminal as visible } from '../src/report/escape.ts';
import { cellOf, sayTime, type Rows } from './rows.ts';

/** So many of the findings that are shown are printed. */
const PRINTED = 500;

/** Paper does not scroll: the table is written out, and stories are opened, while the page is printed. */
export function preparePrint(current: () => { readonly rows: Rows; readonly shown: Uint32Array }): () => void {
  const place = document.createElement('div');
  place.className = 'printed';
  document.querySelector('#findings')?.append(place);
  let opened: HTMLDetailsElement[] = [];
  let theme: string | undefined;
  const setTheme = (name: string | undefined): void => {
    if (name === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = name;
    document.dispatchEvent(new Event('themechange'));
  };
  const before = (): void => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details.story:not([open])')];
    for (const each of opened) each.open = true;
    // Paper is light, and the timeline is drawn already.
    theme = document.documentElement.dataset['theme'];
    setTheme('light');
    render(<PrintedTable {...current()} />, place);
  };
  const after = (): void => {
    for (const each of opened) each.open = false;
    setTheme(theme);
    render(null, place);
  };
  addEventListener('beforeprint', before);
  addEventListener('afterprint', after);
  return () => {
    removeEventListener('beforeprint', before);
    removeEventListener('afterprint', after);
  };
}

function PrintedTable({ rows, shown }: { readonly rows: Rows; readonly shown: Uint32Array }) {
  const printed = [...shown.subarray(0, PRINTED)];
  const left = shown.length - printed.length;
  const isFiltered = shown.length < rows.count;
  return (
    <>
      <p>
        {isFiltered && `${shown.length.toLocaleString('en-US')} of ${rows.count.toLocaleString('en-US')} findings passed the filters. `}
        {left > 0 && `The first ${PRINTED} are printed, ${left.toLocaleString('en-US')} are not.`}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Time (UTC)</th>
            <th scope="col">Level</th>
            <th scope="col">Finding</th>
            <th scope="col">Host, address</th>
            <th scope="col">Place</th>
          </tr>
        </thead>
        <tbody>
          {printed.map((row) => {
            const cell = (name: Parameters<typeof cellOf>[1]): string => visible(cellOf(rows, name, row));
            return (
              <tr key={row}>
                <td>{sayTime(rows.times[row] ?? NaN) || 'no time'}</td>
                <td>{cell('level')}</td>
                <td>
                  <b>{cell('rule')}</b>
                  <br />
                  {[cell('method'), cell('request').slice(0, 160), cell('status')].join(' ')}
                </td>
                <td>
                  {cell('host')}
                  <br />
                  {cell('address')}
                </td>
                <td>{`${cell('file')}:${rows.lines[row] ?? ''}`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
