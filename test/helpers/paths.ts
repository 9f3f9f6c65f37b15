import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');
export const FIXTURES = join(ROOT, 'test', 'fixtures');
export const DOCS_FIXTURES = join(ROOT, 'test', 'docs-fixtures');
/** Manifests of other projects, which are not part of this one. */
export const SHARED = resolve(ROOT, '../shared/manifests');
