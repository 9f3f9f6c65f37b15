/** Policy suites: tests of a policy, as data. */
export { parseSuite } from './parse';
export { runCase, runSuite, type SuiteResult } from './run';
export type { AdmissionCase, Expectation, Query, ReachabilityCase, Suite, SuiteCase } from './suite';
