import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { stringLiteral } from '../../../lib/basics/typescript';
import { visible } from '../../../lib/basics/visible';
import { createColors, width } from '../../../lib/report/wording/colors';
import { csv } from '../../../lib/report/wording/csv';
import { dot, mermaid } from '../../../lib/report/wording/graphs';
import { code, fenced, link, mdLine, row } from '../../../lib/report/wording/markdown';
import { markupText } from '../../../lib/report/wording/markup';
import { json } from '../../../lib/report/wording/object-json';
import { printable } from '../../../lib/report/wording/printable';
import { commandLine } from '../../../lib/report/wording/shell';
import { table } from '../../../lib/report/wording/table';
import { xml } from '../../../lib/report/wording/xml';

describe('what a reader cannot see becomes visible, as JSON would write it', () => {
  it.each([
    ['control characters', 'a\0\t\n\r\x1b\x7f\x85\x9b', 'a\\u0000\\t\\n\\r\\u001b\\u007f\\u0085\\u009b'],
    ['directions', '\u202eexe\u2066\u200f\u061c', '\\u202eexe\\u2066\\u200f\\u061c'],
    [
      'nothing at all',
      'a\u200b\u00ad\ufeff\u3164\ufe0f\u{e0041}',
      'a\\u200b\\u00ad\\ufeff\\u3164\\ufe0f\\udb40\\udc41',
    ],
    ['separators', 'a\u2028\u2029', 'a\\u2028\\u2029'],
    ['spaces that are not what they seem', 'a\u00a0b\u3000c', 'a\\u00a0b\\u3000c'],
    ['halves and noncharacters', '\ud800\uffff', '\\ud800\\uffff'],
    ['but no letter of any language', 'é ß 日本 🦊 عربي', 'é ß 日本 🦊 عربي'],
  ])('%s', (_, text, shown) => expect(visible(text)).toBe(shown));

  it('once is enough', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });
});

describe('lines', () => {
  it('stay lines, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        expect(printable(lines).split('\n')).toHaveLength(Math.max(1, lines.length));
      }),
    );
  });

  it('have our colours, and not those of a name', () => {
    const { red, bold } = createColors(true);
    expect(printable([`${red(bold('in'))} \u001b[32mout`])).toBe(
      '\u001b[31m\u001b[1min\u001b[22m\u001b[39m \\u001b[32mout',
    );
  });

  it('hold no command for a build server', () => {
    expect(printable(['  ::error::x', 'a::b', '##vso[task.setvariable]x', '##[group]x'])).toBe(
      '  \\u003a:error::x\na::b\n\\u0023#vso[task.setvariable]x\n\\u0023#[group]x',
    );
  });

  it('of a table are as wide as they look', () => {
    const { red } = createColors(true);
    const lines = table([
      ['a\u202e', 'b'],
      [red('c'), 'd'],
    ]);
    expect(lines.map((line) => width(line))).toEqual([10, 10]);
    expect(printable(lines)).toBe('a\\u202e  b\n\u001b[31mc\u001b[39m        d');
  });
});

describe('a value stays a value', () => {
  it('in JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const report = json({ [text]: text });
        expect(Object.entries(JSON.parse(report) as object)).toEqual([[text, text]]);
        expect(report).toMatch(/^[^\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]*$/);
      }),
    );
  });

  it('in CSV, also for a spreadsheet', () => {
    expect(
      csv([
        ['=1+1', ' +1', '\t=1', '\r@x', '\uff1d1', '-'],
        ['a"b', 'c,d', 'e\nf'],
      ]),
    ).toBe(`'=1+1,' +1,\\t=1,\\r@x,'\uff1d1,'-\r\n"a""b","c,d",e\\nf\r\n`);
  });

  it('in Markdown', () => {
    const hostile = '<img src=x> [a](b) **c** `d` |e| &lt; http://f ~~g~~ $h$\n# i';
    expect(
      markupText([
        mdLine`- **ours** ${hostile}`,
        mdLine`${'1. x'} ${'- x'} ${'+ x'} ${'---'} ${'-'}`,
        row([hostile, mdLine`*ours*`]),
        mdLine`${code('a `b` ``c``')} ${code('`')} ${code('a\nb')}`,
        mdLine`${link('a](b)', 'https://x/(y) z')}`,
        ...fenced('sh', ['a', '```', '# b\nc'], '  '),
      ]),
    ).toMatchInlineSnapshot(`
      "- **ours** \\<img src=x\\> \\[a\\](b) \\*\\*c\\*\\* \\\`d\\\` \\|e\\| \\&lt; http\\://f \\~\\~<span></span>g\\~\\~ \\$h\\$\\\\n\\# i
      1\\. x \\- x \\+ x \\--- -
      | \\<img src=x\\> \\[a\\](b) \\*\\*c\\*\\* \\\`d\\\` \\|e\\| \\&lt; http\\://f \\~\\~<span></span>g\\~\\~ \\$h\\$\\\\n\\# i | *ours* |
      \`\`\` a \`b\` \`\`c\`\` \`\`\` \`\` \` \`\` \`a\\nb\`
      [a\\](b)](https://x/\\(y\\)%20z)
        \`\`\`\`sh
        a
        \`\`\`
        # b\\nc
        \`\`\`\`"
    `);
  });

  it.each([
    ['people and teams', '@octocat or @octo/cats', '@<span></span>octocat or @<span></span>octo/cats'],
    ['a mail address', 'a@b.example', 'a@<span></span>b.example'],
    ['a digest', 'app@sha256:1', 'app@<span></span>sha256:1'],
    [
      'issues and merge requests',
      '#1, octo/cat#2, GH-3, !4, $5, &6',
      '\\#<span></span>1, octo/cat\\#<span></span>2, GH-<span></span>3, !<span></span>4, \\$<span></span>5, \\&<span></span>6',
    ],
    ['labels and milestones', '~bug %7', '\\~<span></span>bug %<span></span>7'],
    ['a commit', 'web-0ddba11 f00', 'web-0<span></span>ddba11 f00'],
    ['emoji', ':tada: :+1:', ':<span></span>tada: :<span></span>+1:'],
  ])('in a comment, where it would be a link or call people: %s', (_, text, shown) => {
    expect(mdLine`${text}`.text).toBe(shown);
  });

  it('in a comment, and what is no reference stays as it is', () => {
    const text = 'a @ b, 100 %, fd00:1:2::a, 10.0.0.0/8:80, config.linkerd.io/x: y, default!, web-5f6';
    expect(mdLine`${text}`.text).toBe(text);
    expect(code('@octocat #1').text).toBe('`@octocat #1`');
  });

  it('in graphs and XML', () => {
    const hostile = '"];\n<b> & `x` \\N \u202e';
    expect(markupText([mermaid`a["${hostile}"]`, dot`a [label="${hostile}"];`, xml`<a b="${hostile}"/>`]))
      .toMatchInlineSnapshot(`
      "a["#quot;];#92;n#lt;b#gt; #amp; #96;x#96; #92;N #92;u202e"]
      a [label="\\"];\\\\n<b> &amp; \`x\` \\\\N \\\\u202e"];
      <a b="&quot;];\\n&lt;b&gt; &amp; \`x\` \\N \\u202e"/>"
    `);
  });

  it('in code', () => {
    expect(stringLiteral("a'\\\n\u202e")).toBe("'a\\'\\\\\\n\\u202e'");
  });

  it('on a command line: the shell gets every word as it was', () => {
    const words = [
      "it's",
      'a\nb',
      '\u001b[8m',
      '$(x) `y` \\ "z"',
      '\u202e\u{e0041}é',
      "\t'\\",
      '-x',
      '',
      '#',
    ];
    const line = commandLine(['printf', '%s\\0', ...words]);
    expect(line).toMatch(/^[ -~é]*$/);
    const out = execFileSync('bash', ['-c', line], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    expect(out.split('\0').slice(0, -1)).toEqual(words);
  });

  it('or it is said that no shell can pass it', () => {
    expect(commandLine(['can', 'a\0b'])).toBe('# no shell can pass these characters: can a\\u0000b');
  });
});
