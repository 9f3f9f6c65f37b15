import { ROOT } from '../helpers/paths';

/** Surroundings of a command that is only looked at. */
export const SILENT = {
  stdin: () => '',
  out: () => undefined,
  err: () => undefined,
  cwd: ROOT,
  isTty: false,
  env: {},
  setExit: () => undefined,
};
