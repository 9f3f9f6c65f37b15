import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { admit } from '../../lib/analysis';
import { blocksOf } from '../readme/blocks';
import { ROOT } from '../helpers/paths';
import { objectsIn } from '../helpers/manifests';
import { citable, citations } from './citations';

const PAGE = 'docs/linkerd-policy.md';
const page = readFileSync(join(ROOT, PAGE), 'utf8');
const sections = citable(page);

/** Where the page is cited. This test is left out: its examples cite what does not exist. */
const FOLDERS = ['lib', 'test', 'docs', 'examples', 'bench'];
const OWN = ['test/docs/linkerd-policy.test.ts', 'test/docs/citations.ts', PAGE];
const TEXTS = ['.ts', '.md', '.yaml', '.yml', '.json', '.txt', '.snap'];

const files = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  ),
].filter((file) => TEXTS.includes(extname(file)) && !OWN.includes(file));

const cited = files.flatMap((file) =>
  citations(readFileSync(join(ROOT, file), 'utf8'), extname(file) === '.md').map((citation) => ({
    ...citation,
    file,
  })),
);

/** What a page with these sections leaves unanswered, as `file:line: citation`. */
function missing(found: ReadonlySet<string>): string[] {
  return cited
    .filter(({ to }) => !found.has(to))
    .map(({ file, line, to }) => `${file}:${line}: ${PAGE} has no ${to}`);
}

describe('every citation of docs/linkerd-policy.md', () => {
  it('leads to a section, an item or a rule that exists', () => expect(missing(sections)).toEqual([]));

  it('is missed with its file and line, where the page lacks what it names', () => {
    const without = new Set([...sections].filter((name) => name !== 'W5' && name !== '3.15'));
    const complaints = missing(without);
    expect(complaints).toContainEqual(
      expect.stringMatching(/^lib\/.+\.ts:\d+: docs\/linkerd-policy\.md has no 3\.15$/),
    );
    expect(complaints).toContainEqual(
      expect.stringMatching(/^lib\/.+\.ts:\d+: docs\/linkerd-policy\.md has no W5$/),
    );
  });

  it('is found in code, tests, suites and pages', () => {
    const places = new Set(cited.map(({ file }) => `${file.split('/')[0]} ${extname(file)}`));
    expect([...places].sort()).toEqual(
      expect.arrayContaining(['docs .md', 'lib .ts', 'test .ts', 'test .yaml']),
    );
    expect(cited.length).toBeGreaterThan(1000);
  });
});

describe('what counts as a citation', () => {
  it.each([
    ['/** The verdict (linkerd-policy 3.15). */', ['3.15']],
    ['linkerd-policy 3.15 and 9.3', ['3.15', '9.3']],
    ['linkerd-policy sections 1 and 2', ['1', '2']],
    [
      '(linkerd-policy 3.7, 3.8,\n * 3.12 and 3.13), beyond section 12.2.',
      ['3.7', '3.8', '3.12', '3.13', '12.2'],
    ],
    ['source: linkerd-policy 12.3 rows 91 to 94', ['12.3', '12.3 item 91', '12.3 item 94']],
    ['linkerd-policy 12.2 row 57a and 3.0', ['12.2', '12.2 item 57a', '3.0']],
    ['linkerd-policy 5.4 and 3.15 step 4, the control port', ['5.4', '3.15', '3.15 item 4']],
    ['linkerd-policy 5.1, row 4, and appendix A', ['5.1', '5.1 item 4', 'appendix A']],
    ['linkerd-policy 6.4, last row, and 11.1; on other modes', ['6.4', '11.1']],
    ['source: "linkerd-policy 2 W33, 1.10"', ['2', 'W33', '1.10']],
    ['linkerd-policy 8.1, column D and 5.2, mesh TLS on 4191', ['8.1', '5.2']],
    ['(W23-W31 and section 1.9) of linkerd-policy', ['W23', 'W31', '1.9']],
    ['(linkerd-policy 3.9 and\n// 3.10)', ['3.9', '3.10']],
    ['(rule W12)', ['W12']],
    ['refused by W5 and W6', ['W5', 'W6']],
    ["it('hosts (6.2, 6.3)'", ['6.2', '6.3']],
    ['ignored (3.7, W17)', ['3.7', 'W17']],
    ['linkerd-policy 3.14 and 5.5; 4567 and 4568 bypass the proxy', ['3.14', '5.5']],
  ])('%j', (text, expected) => {
    expect(citations(text, false).map(({ to }) => to)).toEqual(expected);
  });

  it('in prose is nothing without the name of the page or of a rule', () => {
    const text = 'The webhook of Linkerd (2.11) sees W5; RFC 9110 section 15; linkerd-policy 6.1.';
    expect(citations(text, true).map(({ to }) => to)).toEqual(['W5', '6.1']);
  });

  it.each([
    'since 2.18',
    'half(0.5)',
    'linkerd-policy-validator 2.1',
    '10.0.0.0/8 (10.0.0.0)',
    'HW5',
    'linkerd-policy.md#63-which-match-wins',
  ])('not %s', (text) => expect(citations(text, false)).toEqual([]));
});

describe('the page', () => {
  it('has the webhook’s rules W1 to W35 once each, in order', () => {
    const rules = [...page.matchAll(/^\| (W\d+) \|/gm)].map(([, rule]) => rule);
    expect(rules).toEqual(Array.from({ length: 35 }, (_, i) => `W${i + 1}`));
  });

  it('has a rule of the webhook only where the code has it', () => {
    const implemented = new Set(cited.filter(({ file }) => file.startsWith('lib/')).map(({ to }) => to));
    expect([...sections].filter((name) => name.startsWith('W') && !implemented.has(name))).toEqual([]);
  });

  it('lists every heading in its contents, and links to nothing else in itself', () => {
    const anchors = [...page.matchAll(/^##+ (.*)$/gm)]
      .map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      )
      .filter((anchor) => anchor !== 'contents');
    const contents = [...page.matchAll(/^ *\* \[.*\]\(#(.*)\)$/gm)].map(([, anchor]) => anchor);
    expect(contents).toEqual(anchors);
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor);
    expect(links.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
  });

  it('refers to sections of its own that exist, in its text and as reasons of its cases', () => {
    const reasons = [...page.matchAll(/^\| \d+[a-z]? \|.*\| ([\d., ]+) \|$/gm)];
    const own = [
      ...citations(page, false).map(({ to }) => to),
      ...reasons.flatMap(([, text = '']) => text.split(', ')),
    ];
    expect(reasons.length).toBeGreaterThan(50);
    expect(own.filter((name) => !sections.has(name))).toEqual([]);
  });

  it('shows objects that admission takes', () => {
    const manifests = blocksOf(PAGE).filter(({ language }) => language === 'yaml');
    expect(manifests).not.toEqual([]);
    for (const { text, place } of manifests) {
      const objects = objectsIn(text, place);
      expect(objects.length).toBeGreaterThan(0);
      expect(objects.flatMap(({ object }) => admit(object))).toEqual([]);
    }
  });
});
