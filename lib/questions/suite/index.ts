/** Policy suites: tests of a policy, as data. */
export { parseSuite } from './parse';
export { runSuite, type SuiteResult } from './run';
export type { AdmissionCase, ReachabilityCase, Suite } from './suite';
