import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../helpers/paths';
import { ACTION } from './workspace';

const PAGE = readFileSync(join(ROOT, 'docs/in-pipelines.md'), 'utf8');

describe('action.yml', () => {
  const [step, ...more] = ACTION.runs.steps;

  it('is a composite of one step, whose command holds no expression', () => {
    expect([ACTION.runs.using, more]).toEqual(['composite', []]);
    expect(step?.run).toBe('node "$GITHUB_ACTION_PATH/action/main.mjs"');
  });

  it('hands each input over as environment, and nothing else', () => {
    const expected = Object.keys(ACTION.inputs).map((name) => [
      `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
      `\${{ inputs.${name} }}`,
    ]);
    expect(Object.entries(step?.env ?? {})).toEqual(expected);
  });

  it('has a default for every input, and a row for it on the page', () => {
    const rows = [...PAGE.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    for (const [name, { default: value, description }] of Object.entries(ACTION.inputs)) {
      expect([name, typeof value, description.endsWith('.')]).toEqual([name, 'string', true]);
      expect(rows).toContain(name);
    }
  });

  it('sets what it promises', () => {
    const source = readFileSync(join(ROOT, 'action/main.mjs'), 'utf8');
    for (const [name, { value }] of Object.entries(ACTION.outputs)) {
      expect(value).toBe(`\${{ steps.review.outputs.${name} }}`);
      expect(source).toContain(`output('${name}'`);
    }
  });
});
