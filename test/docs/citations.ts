/** A place that refers to a section, an item of a section or a webhook rule of docs/linkerd-policy.md. */
export interface Citation {
  /** As a reader would look for it: `3.15`, `W5`, `5.1 item 3`, `appendix A`. */
  readonly to: string;
  readonly line: number;
}

/** Sections and rules of the page, in the same words as citations. */
export function citable(page: string): Set<string> {
  const found = new Set<string>();
  let section = '';
  for (const line of page.split('\n')) {
    const heading = /^##+ (?:(Appendix [A-Z])|(\d+(?:\.\d+)?))\b/.exec(line);
    if (heading !== null) found.add((section = heading[1]?.replace('A', 'a') ?? heading[2] ?? ''));
    else if (line.startsWith('#')) section = '';
    const rule = /^\| (W\d+) \|/.exec(line);
    if (rule !== null) found.add(rule[1] ?? '');
    const item = /^(?:\| (\d+[a-z]?) \||(\d+)\. )/.exec(line);
    if (item !== null && section !== '') found.add(`${section} item ${item[1] ?? item[2] ?? ''}`);
  }
  return found;
}

/** Between two parts of a citation, wherever its comment is broken. */
const GAP = /^(?:\s*\n\s*(?:\*|\/\/|#)?|[\s,]|and\b|to\b|-(?=[\dW]))+/;
const SECTIONS = /^(?:linkerd-policy(?:\.md)?|sections?)(?![\w./-])/;
const ITEMS = /^(?:rows?|numbers?|steps?)(?!\w)/;
const SECTION = /^\d{1,2}(?:\.\d{1,2})?(?![\w.]*\w)/;
const ITEM = /^\d{1,2}[a-z]?(?![\w.]*\w)/;
const REFERENCE = /^(?:W\d+|appendix [A-Z])(?!\w)/;
/** Steps of a citation that name nothing to check. */
const PASSED = /^(?:column [A-D]|(?:last|first) row|P_[A-Z]+|"Not rejected")(?!\w)/;

/** What a text that cites the page cites, from `start` on: sections, and after "row" or "number" items of the last one. */
function citedFrom(text: string, start: number): { to: string; at: number }[] {
  const found: { to: string; at: number }[] = [];
  let at = start;
  let section = '';
  let items = false;
  const take = (pattern: RegExp): string | undefined => pattern.exec(text.slice(at, at + 80))?.[0];
  for (;;) {
    at += take(GAP)?.length ?? 0;
    const opening = take(SECTIONS) ?? take(ITEMS);
    if (opening !== undefined) {
      items = ITEMS.test(opening);
      at += opening.length;
      continue;
    }
    const item = items && section !== '' ? take(ITEM) : undefined;
    const part = item ?? take(SECTION) ?? take(REFERENCE);
    if (part === undefined) {
      const passed = take(PASSED);
      if (passed === undefined) return found;
      at += passed.length;
      continue;
    }
    if (item === undefined && SECTION.test(part)) {
      section = part;
      items = false;
    }
    found.push({ to: item === undefined ? part : `${section} item ${item}`, at });
    at += part.length;
  }
}

/** `(3.15)`, `(6.2, 6.3)`, `(3.7, W17)`: numbers alone in parentheses, as comments and titles of tests have them. */
const BARE = /(?<=\s)\((\d{1,2}\.\d{1,2}(?:(?:, | and | to )(?:\d{1,2}\.\d{1,2}|W\d+))*)\)/g;
const NAMED = /\blinkerd-policy(?:\.md)?(?![\w./-])/g;
const SECTION_ALONE = /(?<!-policy )\bsections? (?=\d)/g;
const RULES = /(?<!\w)W\d+\b/g;

/**
 * All that a file cites. Numbers without the page's name count in code and suites only: in prose they may be anything,
 * such as the version of something.
 */
export function citations(text: string, isProse: boolean): Citation[] {
  const starts = [NAMED, ...(isProse ? [] : [SECTION_ALONE, BARE])].flatMap((pattern) => [
    ...text.matchAll(pattern),
  ]);
  const found = starts.flatMap(({ 0: match, index }) =>
    citedFrom(text, index + (match.startsWith('(') ? 1 : 0)),
  );
  const rules = [...text.matchAll(RULES)].map(({ 0: to, index }) => ({ to, at: index }));
  const unique = new Map([...found, ...rules].map((citation) => [citation.at, citation]));
  return [...unique.values()]
    .sort((a, b) => a.at - b.at)
    .map(({ to, at }) => ({ to, line: text.slice(0, at).split('\n').length }));
}
