import { readFileSync } from 'node:fs';
import { EXCEPTION_CLIENTS, EXCEPTION_FROM } from '../../lib/linkerd/exception-terms';

it('the page on break-in lists the terms of the grammar, all of them and no others', () => {
  const page = readFileSync('docs/break-in.md', 'utf8');
  const table = page.slice(page.indexOf('| Term | Means |'), page.indexOf('Separate terms with commas.'));
  const rows = [...table.matchAll(/^\| `([^`]*)`/gm)].map(([, form]) => form);
  expect(rows).toEqual(EXCEPTION_CLIENTS);
  expect(page).toContain(EXCEPTION_FROM.replace('...', '…'));
});
