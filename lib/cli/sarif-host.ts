import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SarifHost } from '../report/findings/sarif-host';

/** What SARIF needs from Node. */
export const SARIF_HOST: SarifHost = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  absoluteUri: (file) => (isAbsolute(file) ? pathToFileURL(file).href : undefined),
};
