/** Policy suites: tests of a policy, as data. */
export { aboutNamespaces, suiteNamespaces } from './narrow';
export { parseSuite, type WrittenSuite } from './parse';
export { runSuite, type CaseManifests, type ManifestListener, type SuiteResult } from './run';
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
