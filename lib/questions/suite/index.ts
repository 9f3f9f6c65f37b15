/** Policy suites: tests of a policy, as data. */
export { parseSuite, type WrittenSuite } from './parse';
export { runSuite, type RefusalListener, type SuiteResult } from './run';
export type {
  AdmissionCase,
  Expectation,
  ManifestPath,
  Query,
  ReachabilityCase,
  Suite,
  SuiteCase,
  WholeTraffic,
} from './suite';
