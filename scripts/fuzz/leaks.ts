import type { Call } from './calls';

/** Written apart from the code that it tests: what no output may hold, apart from its line ends. */
const HIDDEN =
  /[\0-\x09\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
/** The colours that our own texts have. */
const OURS = /\x1b\[(?:1|2|4|22|24|31|32|33|36|39)m/g;
const MARKUP = /<img|<!--|\[zq\]\(|\*\*zq|&zq;|\bhttps?:\/\/zq|\n\s*(?:#+ zq-line|>? ?zq-line)/;

/** What a site makes links or notifications of in rendered text, unless it is code or another element is in between. */
const REFERENCE = /@\w|#\d|!\d|~zq|\bGH-\d|\b0ddba11\b|:zq_tada:/i;

/** Strings that a manifest may hold and that must stay text. Each holds `zq`, and none is a name that admission takes. */
export const HOSTILE: readonly string[] = [
  'zq\x1b[8m',
  '\x1b[35mzq\x1b]0;title\x07',
  '\x1b[2J\x1b[1;1Hzq',
  'zq\x9b8m\x85zq-line',
  'zq\nzq-line 0 ways in\n',
  'zq\r\nzq-line',
  'zq\rzq-line',
  'zq\u2028zq-line\u2029',
  'zq\u202etxt.exe\u2066\u2069',
  'zq\u200b\u200d\ufeff\u00ad\u2060',
  'zq\u{e0041}\u{e007f}\ufe0f\u3164',
  'zq\ud800',
  'zq\0\x7f\x08',
  '=zq("cmd|calc")',
  '+zq',
  '-zq',
  '@zq',
  '\t=zq',
  '\r=zq',
  '\uff1dzq',
  '<img src=zq onerror=zq()>',
  '<!--zq',
  '[zq](http://zq.example)',
  '**zq** `zq` |zq| ~~zq~~ &zq; https://zq.example',
  '```\nzq-line\n# zq-line',
  '\n\n# zq-line\n\n> zq-line',
  '@zq @zq/team zq@zq.example',
  'zq #1 zq/zq#2 GH-3 !4 ~zq 0ddba11 :zq_tada:',
  'zq"] --> evil["zq',
  'zq"; evil [label="zq\\',
  "zq'; touch zq; '$(touch zq)`touch zq`",
  '--output-file=zq',
  '::error::zq',
  '##vso[task.setvariable]zq',
  '*/ zq() /*',
  "zq', evil: '${zq}",
  '{{zq}}',
];

/** What is wrong with a message for people, if something is. */
export function messageLeak(message: string): string | undefined {
  return hidden(`\n${message}`) ?? commands(`\n${message}`);
}

/** What is wrong with what a call printed, if something is. */
export function leak({ argv, out, err }: Call): string | undefined {
  const format = argv[argv.indexOf('-o') + 1] ?? 'text';
  const text = `\n${format === 'csv' ? out.replaceAll('\r\n', '\n') : out}`;
  const found = messageLeak(text) ?? messageLeak(err) ?? CHECKS[format]?.(text);
  return found === undefined ? undefined : `${JSON.stringify(argv)}: ${found}`;
}

function hidden(text: string): string | undefined {
  return around(text.replace(OURS, ''), HIDDEN) ?? around(text, /\nzq-line/);
}

/** Lines that build servers obey. */
function commands(text: string): string | undefined {
  return around(text, /\n\s*::\w|##\w*\[/);
}

type Check = (text: string) => string | undefined;

const isJson: Check = (text) => {
  try {
    if (text.trim() !== '') JSON.parse(text);
    return undefined;
  } catch (error) {
    return String(error);
  }
};

const CHECKS: Readonly<Record<string, Check>> = {
  json: isJson,
  // Only messages may hold links there
  sarif: (text) => isJson(text) ?? around(text, /"(?:text|markdown)": .*(?<!\\)\[zq\]\(/),
  csv: (text) => around(text, /(?:^|[\n,])"?[\s]*[=+\-@\uff1d]/),
  markdown: (text) =>
    around(withoutEscapes(text), MARKUP) ?? around(renderedText(withoutCode(text)), REFERENCE),
  mermaid: (text) =>
    stray(
      text,
      /^(?:flowchart LR|  c\d+\(\["[^"<>`\\]*"\]\)|  subgraph n\d+\["[^"<>`\\]*"\]|    p\d+\["[^"<>`\\]*"\]|  end|  c\d+ (?:-->|-\. \S+ \.->) p\d+|%% judged [\w :;,()/.'-]*|)$/,
    ),
  dot: (text) =>
    stray(
      text,
      /^(?:digraph access \{|  rankdir=LR;|  node \[shape=box\];|  c\d+ \[shape=oval, label=L\];|  subgraph cluster_\d+ \{|    label=L;|    p\d+ \[label=L\];|  \}|  c\d+ -> p\d+(?: \[style=dashed, label=L\])?;|\}|\/\/ judged [\w :;,()/.'-]*|)$/,
      (line) => line.replace(/"(?:[^"\\]|\\[\\"])*"/g, 'L'),
    ),
  junit: (text) =>
    around(
      text.replace(
        /<\?xml version="1.0" encoding="UTF-8"\?>|<\/?(?:testsuites?|testcase|failure)(?: \w+="[^"<>]*")*\/?>/g,
        '',
      ),
      /[<>]|&(?!(?:amp|lt|gt|quot|apos);)/,
    ),
};

/** Markdown without code and without what is escaped. */
function withoutEscapes(text: string): string {
  return withoutSpans(withoutBlocks(text).replace(/\\[!-/:-@[-`{-~]/g, ''));
}

/** Markdown without code, where what is escaped stays. */
function withoutCode(text: string): string {
  return withoutSpans(withoutBlocks(text).replace(/\\`/g, ''));
}

function withoutBlocks(text: string): string {
  return text.replace(/\n *(`{3,})[^\n]*\n(?:[^]*?\n)? *\1`*(?=\n)/g, '\n');
}

function withoutSpans(text: string): string {
  return text.replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '');
}

/** What a reference is looked for in: texts between elements, with what stood after a backslash. Links have no others. */
function renderedText(text: string): string {
  return text.replace(/(?<!\\)\[[^\n]*?(?<!\\)\]\([^)]*\)/g, '').replace(/\\(?=[!-/:-@[-`{-~])/g, '');
}

function stray(text: string, known: RegExp, normal = (line: string): string => line): string | undefined {
  const line = text.split('\n').find((one) => !known.test(normal(one)));
  return line === undefined ? undefined : JSON.stringify(line);
}

function around(text: string, pattern: RegExp): string | undefined {
  const found = pattern.exec(text);
  return found === null
    ? undefined
    : `${JSON.stringify(found[0])} in ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 60))}`;
}
