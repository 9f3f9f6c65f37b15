import type { ProblemText } from '../../basics/problem';
import {
  ADMIN_PORT,
  CONTROL_PORT,
  DEFAULT_INBOUND_POLICY,
  INBOUND_PORT,
  INJECT,
  OPAQUE_PORTS,
  REQUIRE_IDENTITY_PORTS,
  SKIP_INBOUND_PORTS,
  SKIP_OUTBOUND_PORTS,
  SKIP_SUBNETS,
} from '../../linkerd/annotations';
import type { LinkerdConfig } from '../../linkerd/config';
import { DEFAULT_POLICIES, isDefaultPolicy } from '../../linkerd/default-policy';
import { parseNetwork } from '../../linkerd/network';
import { isPortNumber, parsePortList } from '../../linkerd/ports';
import { annotatedPlaces } from './annotated-places';
import type { Rule } from '../rule';
import { didYouMean, enumerate, quote } from '../../basics/words';
import { label } from '../../cluster/labels';

export const annotationInvalid: Rule = {
  id: 'annotation-invalid',
  severity: 'error',
  title: 'A Linkerd annotation has a value that Linkerd cannot read.',
  check(cluster) {
    return annotatedPlaces(cluster)
      .filter(({ role, isLabels }) => role !== 'other' && !isLabels)
      .flatMap(({ source, path, entries }) =>
        Object.entries(entries).flatMap(([key, value]) => {
          const fault = faultOf(key, value, cluster.config);
          if (fault === undefined) return [];
          return [
            {
              object: source,
              path: [...path, key],
              text: `${label(cluster, source)} has ${key}: ${quote(value)}, ${fault.message}`,
              remedy: fault.remedy,
            },
          ];
        }),
      );
  },
};

const PORT_LISTS = 'write numbers and ranges, such as "3306,8000-8080"';

function faultOf(key: string, value: string, config: LinkerdConfig): ProblemText | undefined {
  switch (key) {
    case INJECT:
      return wordFault(
        value,
        ['enabled', 'ingress', 'disabled'],
        'so the pods are not injected, and no policy protects them.',
      );
    case DEFAULT_INBOUND_POLICY:
      if (isDefaultPolicy(value)) return undefined;
      return wordFault(
        value,
        DEFAULT_POLICIES,
        `so the cluster's default applies, ${config.defaultInboundPolicy}.`,
      );
    case OPAQUE_PORTS:
    case REQUIRE_IDENTITY_PORTS:
      return listFault(
        value,
        `so the policy controller drops the whole list${key === OPAQUE_PORTS ? ' (port names work on Services, not on pods)' : ''}.`,
      );
    case SKIP_INBOUND_PORTS:
    case SKIP_OUTBOUND_PORTS:
      return listFault(value, 'so it is unknown which ports bypass the proxy.');
    case SKIP_SUBNETS:
      return subnetFault(value);
    case ADMIN_PORT:
    case CONTROL_PORT:
    case INBOUND_PORT:
      if (isPortNumber(Number(value))) return undefined;
      return { message: 'which is not a port number.', remedy: 'write a number from 1 to 65535' };
    default:
      return undefined;
  }
}

function wordFault(value: string, allowed: readonly string[], effect: string): ProblemText | undefined {
  if (allowed.includes(value) || value === '') return undefined;
  return {
    message: `which is not a value Linkerd accepts, ${effect}`,
    remedy: `write one of ${enumerate(allowed)}${didYouMean(value, allowed)}`,
  };
}

function listFault(value: string, effect: string): ProblemText | undefined {
  const { problem } = parsePortList(value);
  return problem === undefined ? undefined : { message: `where ${problem}, ${effect}`, remedy: PORT_LISTS };
}

function subnetFault(value: string): ProblemText | undefined {
  const wrong = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && parseNetwork(part) === undefined);
  if (wrong.length === 0) return undefined;
  return {
    message: `where ${enumerate(wrong.map(quote))} ${wrong.length === 1 ? 'is not a CIDR' : 'are not CIDRs'}.`,
    remedy: 'write CIDRs separated by commas',
  };
}
