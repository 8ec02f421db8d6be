import type { Expression, PatternPart, Rule, RuleHead, ValueTest } from '../model/rule.ts';
import { sourceOf } from './rule-list.ts';

/** A rule in words: what it is, where it applies, and what it asks for. Not escaped. */
export function explainRule(rule: Rule): string[] {
  return [
    ...explainHead(rule),
    ...fact('log source', sourceOf(rule.logSource)),
    ...explainOrigin(rule),
    ...explainTests(rule.examples),
    'matches when',
    ...explainExpression(rule.condition, 1),
    ...(rule.filters ?? []).flatMap(({ title, file, lineNumber, condition }) => [
      `suppressed by the filter ${title} (${file}:${lineNumber}) unless`,
      ...explainExpression(condition, 1),
    ]),
  ];
}

/** What the rule is called and how serious it is. */
export function explainHead(rule: RuleHead): string[] {
  return [
    rule.title,
    ...fact('id', rule.id),
    ...fact('file', `${rule.file}:${rule.lineNumber}`),
    ...fact('level', rule.level),
    ...fact('stage', rule.stage),
    ...fact('tags', rule.tags.join(' ')),
    ...fact('author', rule.author),
    ...fact('licence', rule.license),
  ];
}

/** What it is about and where that is known from. */
export function explainOrigin(rule: RuleHead): string[] {
  return [
    ...fact('description', rule.description?.trim().replaceAll(/\s+/g, ' ')),
    ...rule.references.flatMap((reference) => fact('source', reference)),
    ...rule.falsePositives.flatMap((falsePositive) => fact('false positives', falsePositive)),
  ];
}

export function explainTests(examples: readonly { readonly isMatch: boolean }[]): string[] {
  const matching = examples.filter(({ isMatch }) => isMatch).length;
  return fact('own tests', `${matching} match, ${examples.length - matching} do not`);
}

export function fact(name: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [`  ${name}: ${value}`];
}

function explainExpression(expression: Expression, depth: number): string[] {
  const indent = '  '.repeat(depth);
  switch (expression.kind) {
    case 'and':
      return [`${indent}all of`, ...expression.parts.flatMap((part) => explainExpression(part, depth + 1))];
    case 'or':
      return [`${indent}any of`, ...expression.parts.flatMap((part) => explainExpression(part, depth + 1))];
    case 'not':
      return [`${indent}not`, ...explainExpression(expression.part, depth + 1)];
    case 'keyword':
      return [`${indent}the line or any value ${explainTest(expression.test)}`];
    case 'field':
      return [`${indent}${expression.field} ${explainTest(expression.test)}`];
  }
}

function explainTest(test: ValueTest): string {
  switch (test.kind) {
    case 'pattern':
      return `is like ${explainPattern(test.parts)}${test.isCased ? ', case and all' : ''}`;
    case 'regex':
      return `matches /${test.source}/${test.flags}`;
    case 'number':
      return `is ${test.text}`;
    case 'comparison':
      return `is ${{ lt: '<', lte: '<=', gt: '>', gte: '>=' }[test.operator]} ${test.text}`;
    case 'network':
      return `is in ${test.cidr}`;
    case 'time-part':
      return `has the ${test.part} ${test.value}`;
    case 'listed':
      return `is one of ${test.listed.what}${test.listed.when === 'always' ? '' : `, ${test.listed.when}`}`;
    case 'null':
      return 'is absent';
    case 'exists':
      return test.isWanted ? 'is present' : 'is not present';
    case 'field-reference':
      return `${{ equals: 'is', contains: 'contains', startswith: 'starts with', endswith: 'ends with' }[test.mode]} the value of ${test.field}`;
  }
}

function explainPattern(parts: readonly PatternPart[]): string {
  const shown = { any: '*', one: '?', dash: '[-/–—―]' };
  return (
    parts.map((part) => (part.kind === 'text' ? part.text.replaceAll(/\\(?=[*?\\]|$)|[*?]/g, '\\$&') : shown[part.kind])).join('') || "''"
  );
}
