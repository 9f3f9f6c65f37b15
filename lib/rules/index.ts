import { adminPortClosed } from './probes/admin-port-closed';
import { annotationInvalid } from './mesh/annotation-invalid';
import { annotationMisplaced } from './mesh/annotation-misplaced';
import { annotationMisspelt } from './mesh/annotation-misspelt';
import { authorizationAdmitsEveryone } from './openings/authorization-admits-everyone';
import { authorizationIgnored } from './references/authorization-ignored';
import { clientMissing } from './references/client-missing';
import { defaultNetworks } from './openings/default-networks';
import { deprecatedVersion } from './admission/deprecated-version';
import { egressOverlapsCluster } from './egress/egress-overlaps-cluster';
import { egressRoutesMixed } from './egress/egress-routes-mixed';
import { egressShadowsGlobal } from './egress/egress-shadows-global';
import { fieldDropped } from './admission/field-dropped';
import { identityNeverMatches } from './references/identity-never-matches';
import { jobIdentity } from './openings/job-identity';
import { networkContainsPods } from './openings/network-contains-pods';
import { networkIpv4Only } from './references/network-ipv4-only';
import { networkPolicyPorts } from './probes/network-policy-ports';
import { opaquePortMismatch } from './servers/opaque-port-mismatch';
import { portLeftOpen } from './openings/port-left-open';
import { portUncovered } from './openings/port-uncovered';
import { probePortUnknown } from './probes/probe-port-unknown';
import { probeRefused } from './probes/probe-refused';
import { rateLimitIgnored } from './routes/rate-limit-ignored';
import { refusedByAdmission } from './admission/refused-by-admission';
import { routeAuthorizationPointless } from './routes/route-authorization-pointless';
import { routeBreaksPort } from './routes/route-breaks-port';
import { routeIgnored } from './routes/route-ignored';
import { routeIneffective } from './routes/route-ineffective';
import { routeMatchesNothing } from './routes/route-matches-nothing';
import { routeParentMissing } from './routes/route-parent-missing';
import { routeTakesTheRestAway } from './routes/route-takes-the-rest-away';
import { scrapeRefused } from './probes/scrape-refused';
import { selectorNeverMatches } from './servers/selector-never-matches';
import { serverDark } from './servers/server-dark';
import { serverOnSkippedPort } from './mesh/server-on-skipped-port';
import { serverPortPartial } from './servers/server-port-partial';
import { serverPortQuoted } from './servers/server-port-quoted';
import { serverPortUnknown } from './servers/server-port-unknown';
import { serverSelectsNothing } from './servers/server-selects-nothing';
import { serversOverlap } from './servers/servers-overlap';
import { sharedServiceAccount } from './openings/shared-service-account';
import { skippedPort } from './mesh/skipped-port';
import { targetMissing } from './references/target-missing';
import { udpPort } from './mesh/udp-port';
import { unauthenticatedPort } from './openings/unauthenticated-port';
import { unusedAuthentication } from './references/unused-authentication';
import { wildcardIdentity } from './openings/wildcard-identity';
import { wildcardMissesSpiffe } from './references/wildcard-misses-spiffe';
import { workloadUnmeshed } from './mesh/workload-unmeshed';
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
  routeTakesTheRestAway,
  routeAuthorizationPointless,
  rateLimitIgnored,
  // Egress
  egressShadowsGlobal,
  egressOverlapsCluster,
  egressRoutesMixed,
];
