import { loadList } from '../src/indicators/source.ts';
import { describe } from '../src/report/describe.ts';
import { mutateJson } from './mutate.ts';
import { INDICATOR_SEEDS } from './seeds.ts';
import { assert, type Target } from './target.ts';

/** Indicator lists of every format. */
export const indicatorsTarget: Target = {
  name: 'indicators',
  seeds: INDICATOR_SEEDS,
  mutate: mutateJson,
  run: (content) => {
    const text = content.toString('utf8');
    let broken = 0;
    const { list, rules, account } = loadList({ name: 'list', text }, (problem) => {
      assert(describe(problem).length > 0, 'a problem has words');
      if (problem.code === 'INDICATOR_INVALID') broken += 1;
    });
    assert(account.broken === broken, 'every broken entry is told');
    const kinds = Object.values(account.kinds).reduce((sum, count) => sum + count, 0);
    assert(kinds === list.indicators.length, 'every indicator is accounted for');
    assert(
      rules.every(({ id }) => id !== ''),
      'a rule has an id',
    );
  },
};
