/** Sections of a page, by their headings. */
export function sections(markdown: string): Map<string, string> {
  return new Map(
    markdown.split(/^## /m).map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end).trim(), section.slice(end + 1)] as const;
    }),
  );
}

/** The first block of code of a section. */
export function yamlBlock(section: string | undefined): string {
  return /```yaml\n([\s\S]*?)```/.exec(section ?? '')?.[1] ?? '';
}
