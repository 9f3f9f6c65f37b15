import { isElsewhere, type ClientAuthorization } from '../cluster/client-authorization';
import type { InboundPolicy } from '../cluster/inbound-policy';
import { auditLast, isAudit, sourceOf } from '../cluster/policy-refs';
import type { Route } from '../cluster/route';
import { mayAdmit, type Condition } from '../cluster/unknown';
import { NetworkSet } from '../sets/network-set';
import { describeMismatch, admitsPeer } from './authorization-match';
import { classifyConnection } from './connection-path';
import type { ResolvedClient } from './client';
import {
  verdictBy,
  type DecidingAuthorization,
  type Decision,
  type NearMiss,
  type Outcome,
} from './decision';
import { addressIsIn } from './outcomes';
import { parseRequest, type Traffic } from './request';
import { whichIsOldest } from './request-regions';
import { bestRoutes, type ChosenRoute } from './route-match';

type Some = readonly [Outcome, ...Outcome[]];

interface Candidate {
  readonly level: 'route' | 'server';
  readonly authorization: ClientAuthorization;
  /** The addresses from which it lets the client in. */
  readonly from: NetworkSet;
}

/** Judges one client by one policy that a port may have: what happens, and if what. */
export class PortDecision {
  public constructor(
    private readonly policy: InboundPolicy,
    private readonly client: ResolvedClient,
  ) {}

  /** @param taken the route that takes the requests, where no request is known that it takes */
  public outcomes(traffic: Traffic, isAdmin: boolean, taken?: Route): Some {
    const { policy, client } = this;
    if (policy.invalidBecause !== undefined)
      return this.unlessElsewhere(this.answer('deny', 'broken-policy', policy.invalidBecause));
    const judgement = classifyConnection(policy.protocol, client.tls, traffic, isAdmin);
    if (judgement.path === 'mismatch')
      return this.unlessElsewhere(this.answer('deny', 'protocol-mismatch', judgement.because));
    if (judgement.path === 'not-found') return this.unlessElsewhere(this.noRoute(judgement.because));
    const seen = { ...client, tls: judgement.tls };
    if (judgement.path === 'tcp' || traffic.kind === 'connection') return this.authorize(seen, undefined);
    const rule = taken?.rules[0];
    const chosen =
      taken === undefined || rule === undefined
        ? bestRoutes(policy.routes, parseRequest(traffic.request))
        : [{ route: taken, rule }];
    const [first] = chosen;
    if (first === undefined) {
      return this.unlessElsewhere(
        this.noRoute(`no route of ${policy.governedBy.name} matches the request, so the proxy answers 404`),
      );
    }
    const conditions = whichIsOldest(chosen.map(({ route }) => route));
    const all = chosen.flatMap((one, i) => this.authorize(seen, one, conditions[i]));
    return all as unknown as Some;
  }

  /** Splits the places where the client may be by who lets it in from there. */
  private authorize(
    client: ResolvedClient,
    chosen: ChosenRoute | undefined,
    when: readonly Condition[] = [],
  ): Some {
    const { addresses } = client.place;
    const admitting = this.matching(client, chosen?.route, 'authorizations');
    const allowed = union(admitting.filter(({ authorization: { ref } }) => !isAudit(ref)));
    const audited = union(admitting.filter(({ authorization: { ref } }) => isAudit(ref))).minus(allowed);
    const refused = addresses.minus(allowed).minus(audited);
    const parts = [refused, audited, allowed].filter((cell) => !cell.isEmpty);
    // What cannot be any client's address is in no set of addresses.
    const cells = parts.length === 0 ? [refused] : parts;
    const sure = cells.map((cell, i): Outcome => ({
      when: i === 0 ? when : [...when, addressIsIn(cell)],
      decision: this.decision(client, chosen, admitting, cell),
    }));
    const open = addresses.minus(allowed);
    const maybe = this.matching(client, chosen?.route, 'uncertain').flatMap(({ authorization, from }) => {
      const here = open.and(from);
      if (here.isEmpty) return [];
      // From anywhere else it is let in anyway.
      const isWhole = open.minus(here).isEmpty;
      return [this.ifPresent(authorization, isWhole ? when : [...when, addressIsIn(here)], chosen)];
    });
    return [...sure, ...maybe] as unknown as Some;
  }

  /** The authorizations that may let the client in, in the order in which the proxy tries them: the route's own first. */
  private matching(
    client: ResolvedClient,
    route: Route | undefined,
    which: 'authorizations' | 'uncertain',
  ): readonly Candidate[] {
    const candidates = [
      ...(route?.[which] ?? []).map((authorization) => ({ level: 'route', authorization }) as const),
      ...this.policy[which].map((authorization) => ({ level: 'server', authorization }) as const),
    ];
    return candidates.flatMap(({ level, authorization }): Candidate[] => {
      const from = client.place.within(authorization.networks);
      if (from.isEmpty || !admitsPeer(authorization, client)) return [];
      return [{ level, authorization, from }];
    });
  }

  /** What happens to a client from some of its places, where all that matters is the same for all of them. */
  private decision(
    client: ResolvedClient,
    chosen: ChosenRoute | undefined,
    admitting: readonly Candidate[],
    cell: NetworkSet,
  ): Decision {
    // What lets it in from wherever it is tells more than what does so by chance.
    const here = admitting.filter(({ from }) => !from.and(cell).isEmpty);
    const whole = here.filter(({ from }) => cell.minus(from).isEmpty);
    const authorizations = auditLast(
      (whole.length > 0 ? whole : here).map(({ level, authorization }): DecidingAuthorization => {
        const { ref, name, via } = authorization;
        return { ref, name, ...sourceOf(ref), level, via };
      }),
    );
    const first = authorizations[0];
    const because =
      first === undefined
        ? `no authorization of ${this.policy.governedBy.name} admits this client`
        : `${first.name} admits this client`;
    const reason = first === undefined ? 'no-authorization' : 'authorized';
    return {
      ...this.answer(verdictBy(first), reason, because, chosen?.route),
      authorizations,
      nearMisses: this.nearMisses(client, chosen?.route, cell, whole.length > 0),
      notes: chosen?.rule.redirects === true ? ['the route itself answers with a redirect'] : [],
    };
  }

  private nearMisses(
    client: ResolvedClient,
    route: Route | undefined,
    cell: NetworkSet,
    isWhole: boolean,
  ): readonly NearMiss[] {
    const all = [...(route?.authorizations ?? []), ...this.policy.authorizations];
    return all.flatMap((authorization): NearMiss[] => {
      const { ref, name, networks } = authorization;
      const from = client.place.within(networks);
      const here = from.and(cell);
      const missing = { network: here.isEmpty, identity: !admitsPeer(authorization, client) };
      const subject = { ref, name, ...sourceOf(ref) };
      if (missing.network || missing.identity)
        return [{ ...subject, because: describeMismatch(authorization, client, missing) }];
      if (!isWhole || cell.minus(from).isEmpty) return [];
      return [{ ...subject, because: `it admits the client only if ${addressIsIn(here).text}` }];
    });
  }

  /** A verdict that stands unless there is a Server or route that the input does not have. */
  private unlessElsewhere(decision: Decision): Some {
    const elsewhere = this.policy.uncertain.filter(isElsewhere);
    return [{ when: [], decision }, ...elsewhere.map((one) => this.ifPresent(one, [], undefined))];
  }

  private ifPresent(
    { ref, name, via, given = [] }: ClientAuthorization,
    when: readonly Condition[],
    chosen: ChosenRoute | undefined,
  ): Outcome {
    const authorizations: DecidingAuthorization[] = [{ ref, name, ...sourceOf(ref), level: 'server', via }];
    return {
      when: [...when, ...given.map(mayAdmit)],
      decision: {
        ...this.answer('allow', 'authorized', `${name} may admit this client`, chosen?.route),
        authorizations,
      },
    };
  }

  private noRoute(because: string): Decision {
    return { ...this.answer('not-found', 'no-route', because), notFound: 'route' };
  }

  private answer(
    verdict: Decision['verdict'],
    reason: Decision['reason'],
    because: string,
    route?: Route,
  ): Decision {
    const { governedBy: server, ignored } = this.policy;
    return {
      verdict,
      reason,
      because,
      server: server.name,
      ...(server.object === undefined ? {} : { serverSource: server.object.source }),
      ...(route === undefined ? {} : { route: route.name }),
      ...(route?.source === undefined ? {} : { routeSource: route.source }),
      authorizations: [],
      nearMisses: [],
      ignored: ignored.map(({ name, source, reason: why }) => ({
        ref: { kind: 'object', source },
        name,
        source,
        because: why,
      })),
      notes: [],
    };
  }
}

function union(candidates: readonly Candidate[]): NetworkSet {
  return NetworkSet.union(candidates.map(({ from }) => from));
}
