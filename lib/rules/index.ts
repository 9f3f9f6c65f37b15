import { adminPortClosed } from './admin-port-closed';
import { annotationInvalid } from './annotation-invalid';
import { annotationMisplaced } from './annotation-misplaced';
import { annotationMisspelt } from './annotation-misspelt';
import { authorizationAdmitsEveryone } from './authorization-admits-everyone';
import { authorizationIgnored } from './authorization-ignored';
import { clientMissing } from './client-missing';
import { defaultNetworks } from './default-networks';
import { deprecatedVersion } from './deprecated-version';
import { egressOverlapsCluster } from './egress-overlaps-cluster';
import { egressRoutesMixed } from './egress-routes-mixed';
import { egressShadowsGlobal } from './egress-shadows-global';
import { fieldDropped } from './field-dropped';
import { identityNeverMatches } from './identity-never-matches';
import { jobIdentity } from './job-identity';
import { networkContainsPods } from './network-contains-pods';
import { networkIpv4Only } from './network-ipv4-only';
import { networkPolicyPorts } from './network-policy-ports';
import { opaquePortMismatch } from './opaque-port-mismatch';
import { portLeftOpen } from './port-left-open';
import { portUncovered } from './port-uncovered';
import { probePortUnknown } from './probe-port-unknown';
import { probeRefused } from './probe-refused';
import { rateLimitIgnored } from './rate-limit-ignored';
import { refusedByAdmission } from './refused-by-admission';
import { routeAuthorizationPointless } from './route-authorization-pointless';
import { routeBreaksPort } from './route-breaks-port';
import { routeIgnored } from './route-ignored';
import { routeIneffective } from './route-ineffective';
import { routeMatchesNothing } from './route-matches-nothing';
import { routeParentMissing } from './route-parent-missing';
import { scrapeRefused } from './scrape-refused';
import { selectorNeverMatches } from './selector-never-matches';
import { serverDark } from './server-dark';
import { serverOnSkippedPort } from './server-on-skipped-port';
import { serverPortPartial } from './server-port-partial';
import { serverPortQuoted } from './server-port-quoted';
import { serverPortUnknown } from './server-port-unknown';
import { serverSelectsNothing } from './server-selects-nothing';
import { serversOverlap } from './servers-overlap';
import { sharedServiceAccount } from './shared-service-account';
import { skippedPort } from './skipped-port';
import { targetMissing } from './target-missing';
import { udpPort } from './udp-port';
import { unauthenticatedPort } from './unauthenticated-port';
import { unusedAuthentication } from './unused-authentication';
import { wildcardIdentity } from './wildcard-identity';
import { wildcardMissesSpiffe } from './wildcard-misses-spiffe';
import { workloadUnmeshed } from './workload-unmeshed';
import type { Rule } from './rule';

/** All rules, what concerns safety most in front. */
export const RULES: readonly Rule[] = [
  // What a cluster would make of the objects
  refusedByAdmission,
  fieldDropped,
  deprecatedVersion,
  // Outside of policy
  workloadUnmeshed,
  skippedPort,
  serverOnSkippedPort,
  udpPort,
  annotationMisspelt,
  annotationMisplaced,
  annotationInvalid,
  // Open by accident
  authorizationAdmitsEveryone,
  networkContainsPods,
  wildcardIdentity,
  unauthenticatedPort,
  defaultNetworks,
  portLeftOpen,
  sharedServiceAccount,
  jobIdentity,
  // Servers
  serversOverlap,
  serverSelectsNothing,
  serverPortUnknown,
  serverPortQuoted,
  serverPortPartial,
  selectorNeverMatches,
  serverDark,
  opaquePortMismatch,
  // Probes and metrics
  probeRefused,
  probePortUnknown,
  scrapeRefused,
  adminPortClosed,
  portUncovered,
  networkPolicyPorts,
  // References and identities
  targetMissing,
  authorizationIgnored,
  clientMissing,
  identityNeverMatches,
  wildcardMissesSpiffe,
  networkIpv4Only,
  unusedAuthentication,
  // Routes and rate limits
  routeParentMissing,
  routeIgnored,
  routeIneffective,
  routeBreaksPort,
  routeMatchesNothing,
  routeAuthorizationPointless,
  rateLimitIgnored,
  // Egress
  egressShadowsGlobal,
  egressOverlapsCluster,
  egressRoutesMixed,
];
