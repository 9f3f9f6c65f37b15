import { adminPortClosed } from './probes/admin-port-closed';
import { annotationInvalid } from './mesh/annotation-invalid';
import { annotationMisplaced } from './mesh/annotation-misplaced';
import { annotationUnknown } from './mesh/annotation-unknown';
import { authorizationAdmitsEveryone } from './openings/authorization-admits-everyone';
import { authorizationIgnored } from './references/authorization-ignored';
import { clientMissing } from './references/client-missing';
import { clusterNetworksIncomplete } from './references/cluster-networks-incomplete';
import { deprecatedVersion } from './admission/deprecated-version';
import { egressOverlapsCluster } from './egress/egress-overlaps-cluster';
import { egressRoutesMixed } from './egress/egress-routes-mixed';
import { egressShadowsGlobal } from './egress/egress-shadows-global';
import { fieldDropped } from './admission/field-dropped';
import { grpcrouteWithoutMethod } from './routes/grpcroute-without-method';
import { identityNeverMatches } from './references/identity-never-matches';
import { jobWithoutServiceaccount } from './openings/job-without-serviceaccount';
import { networkContainsPods } from './openings/network-contains-pods';
import { networkIpv4Only } from './references/network-ipv4-only';
import { networkPolicyPorts } from './probes/network-policy-ports';
import { opaquePortMismatch } from './servers/opaque-port-mismatch';
import { placeholderNetwork } from './references/placeholder-network';
import { portDeniedByDefault } from './probes/port-denied-by-default';
import { portOpenByDefault } from './openings/port-open-by-default';
import { notJudged } from './admission/not-judged';
import { probePortUnknown } from './probes/probe-port-unknown';
import { probeRefused } from './probes/probe-refused';
import { rateLimitIgnored } from './routes/rate-limit-ignored';
import { refusedByAdmission } from './admission/refused-by-admission';
import { routeAuthorizationPointless } from './routes/route-authorization-pointless';
import { routeIgnored } from './routes/route-ignored';
import { routeIneffective } from './routes/route-ineffective';
import { routeMatchesNothing } from './routes/route-matches-nothing';
import { routeParentMissing } from './routes/route-parent-missing';
import { routeTakesTheRestAway } from './routes/route-takes-the-rest-away';
import { scrapeRefused } from './probes/scrape-refused';
import { selectorNeverMatches } from './servers/selector-never-matches';
import { serverAdmitsNobody } from './servers/server-admits-nobody';
import { serverOnSkippedPort } from './mesh/server-on-skipped-port';
import { serverPortPartial } from './servers/server-port-partial';
import { serverPortQuoted } from './servers/server-port-quoted';
import { serverPortUnknown } from './servers/server-port-unknown';
import { serverSelectsNothing } from './servers/server-selects-nothing';
import { serverauthorizationWithoutNetworks } from './openings/serverauthorization-without-networks';
import { serversOverlap } from './servers/servers-overlap';
import { sharedServiceAccount } from './openings/shared-service-account';
import { skippedPort } from './mesh/skipped-port';
import { targetMissing } from './references/target-missing';
import { udpPort } from './mesh/udp-port';
import { unauthenticatedPort } from './openings/unauthenticated-port';
import { unusedAuthentication } from './references/unused-authentication';
import { webhookRefused } from './probes/webhook-refused';
import { wildcardIdentity } from './openings/wildcard-identity';
import { wildcardMissesSpiffe } from './references/wildcard-misses-spiffe';
import { workloadUnmeshed } from './mesh/workload-unmeshed';
import type { Rule } from './rule';

/** All rules, those that matter most for security first. */
export const RULES: readonly Rule[] = [
  // What the cluster would do with the objects
  refusedByAdmission,
  notJudged,
  fieldDropped,
  deprecatedVersion,
  // Beyond the reach of policy
  workloadUnmeshed,
  skippedPort,
  serverOnSkippedPort,
  udpPort,
  annotationUnknown,
  annotationMisplaced,
  annotationInvalid,
  // Open by accident
  authorizationAdmitsEveryone,
  networkContainsPods,
  wildcardIdentity,
  unauthenticatedPort,
  serverauthorizationWithoutNetworks,
  portOpenByDefault,
  sharedServiceAccount,
  jobWithoutServiceaccount,
  // Servers
  serversOverlap,
  serverSelectsNothing,
  serverPortUnknown,
  serverPortQuoted,
  serverPortPartial,
  selectorNeverMatches,
  serverAdmitsNobody,
  opaquePortMismatch,
  // Probes and metrics
  probeRefused,
  probePortUnknown,
  scrapeRefused,
  webhookRefused,
  adminPortClosed,
  portDeniedByDefault,
  networkPolicyPorts,
  // References and identities
  targetMissing,
  authorizationIgnored,
  clientMissing,
  identityNeverMatches,
  wildcardMissesSpiffe,
  placeholderNetwork,
  networkIpv4Only,
  clusterNetworksIncomplete,
  unusedAuthentication,
  // Routes and rate limits
  routeParentMissing,
  routeIgnored,
  routeIneffective,
  grpcrouteWithoutMethod,
  routeMatchesNothing,
  routeTakesTheRestAway,
  routeAuthorizationPointless,
  rateLimitIgnored,
  // Egress
  egressShadowsGlobal,
  egressOverlapsCluster,
  egressRoutesMixed,
];
