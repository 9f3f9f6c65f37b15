import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_RULES, findings } from '../../lib/rules/check';
import { RULES } from '../../lib/rules';
import { clusterOf, sections, yamlBlock } from './helpers';

const PAGES = join(__dirname, '../../docs/rules');

function page(id: string): string {
  return readFileSync(join(PAGES, `${id}.md`), 'utf8');
}

/** What a reader would be told of, without notes. */
function gravest(text: string): string[] {
  const found = findings(clusterOf(text)).filter(({ severity }) => severity !== 'info');
  return [...new Set(found.map(({ rule }) => rule))];
}

describe('every rule has a page, and every page a rule', () => {
  it('by their names', () => {
    const pages = readdirSync(PAGES).map((file) => file.replace(/\.md$/, ''));
    expect(pages.sort()).toEqual(ALL_RULES.map(({ id }) => id).sort());
  });

  it.each(ALL_RULES.map(({ id, title }) => [id, title]))('%s says in its page what it finds', (id, title) => {
    expect(existsSync(join(PAGES, `${id}.md`))).toBe(true);
    expect(page(id)).toContain(title);
  });

  it.each(RULES.map(({ id }) => id))(
    '%s is documented with what, why, examples, fix and suppression',
    (id) => {
      expect([...sections(page(id)).keys()].slice(1)).toEqual(['Why', 'Bad', 'Good', 'Fix', 'Suppress']);
    },
  );
});

describe('examples of the pages', () => {
  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    'the bad one of %s is found, by it alone',
    (id, rule) => {
      const bad = yamlBlock(sections(page(id)).get('Bad'));
      expect(findings(clusterOf(bad), [rule])).not.toEqual([]);
      expect(gravest(bad)).toEqual(rule.severity === 'info' ? [] : [id]);
    },
  );

  it.each(RULES.map((rule) => [rule.id, rule] as const))('the good one of %s is clean', (id, rule) => {
    const good = yamlBlock(sections(page(id)).get('Good'));
    expect(good).not.toBe('');
    expect(gravest(good)).toEqual([]);
    expect(findings(clusterOf(good), [rule]).filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
