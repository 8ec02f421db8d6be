import { Element, type Content } from '../evtx/element.ts';
import { eventOfXml } from '../evtx/event-of-xml.ts';
import type { WindowsEvent } from '../evtx/event.ts';
import { EXPORT_STEPS, MOST_DEPTH } from '../evtx/limits.ts';
import { LINE_LIMIT_BYTES } from '../model/line.ts';

/** A mark, or the text in front of the next one. */
const TOKEN =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[([^]*?)(?:\]\]>|$)|<\?[^]*?(?:\?>|$)|<(\/?)([^\s/>]{1,256})((?:"[^"]*"|'[^']*'|[^"'<>])*?)(\/?)>|([^<]+|<)/g;
const ATTRIBUTE = /([^\s=]{1,256})\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** An event that was exported as XML; `undefined` where the text is none. */
export function eventOfXmlText(text: string): { readonly event: WindowsEvent; readonly isDamaged: boolean } | undefined {
  const root: Content[] = [];
  const open: Element[] = [];
  let isDamaged = false;
  const add = (content: Content): void => void (open.at(-1)?.content ?? root).push(content);
  let steps = EXPORT_STEPS;
  for (const [, cdata, closing, name, attributes = '', empty, plain] of text.matchAll(TOKEN)) {
    steps -= 1;
    if (steps < 0) return readTree(root, true);
    if (cdata !== undefined) add(cdata);
    else if (plain !== undefined) {
      if (plain.trim() !== '') add(unescape(plain));
    } else if (closing === '/') {
      if (open.pop()?.name !== name) isDamaged = true;
    } else if (name !== undefined) {
      const element = new Element(localName(name));
      for (const [, key = '', double, single] of attributes.matchAll(ATTRIBUTE))
        element.attributes.push({ name: localName(key), content: [unescape(double ?? single ?? '')] });
      add(element);
      if (empty === '' && open.length < MOST_DEPTH) open.push(element);
    }
  }
  return readTree(root, isDamaged || open.length > 0);
}

function readTree(root: readonly Content[], isDamaged: boolean): ReturnType<typeof eventOfXmlText> {
  const read = eventOfXml(root, { steps: EXPORT_STEPS, characters: LINE_LIMIT_BYTES });
  return read && { event: read.event, isDamaged: isDamaged || read.damage !== undefined };
}

/** Without the prefix of its name space. */
function localName(name: string): string {
  return name.startsWith('xmlns') ? name : name.slice(name.indexOf(':') + 1);
}

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}
