import { formats, type FormatName } from '../formats';
import { authzJson } from './json';
import { coveredTable } from '../wording/coverage';
import { authzText, authzWide } from './text';

/** The formats of `authz`. */
export const AUTHZ_FORMATS = formats({
  text: coveredTable(authzText),
  wide: coveredTable(authzWide),
  json: authzJson,
});

export type AuthzFormat = FormatName<typeof AUTHZ_FORMATS>;
