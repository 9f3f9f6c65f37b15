import type { ApiObject } from 'cdk8s';
import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { authorizationPolicyObjects } from './authorization-policy-objects';
import { checkExpressible } from './client-checks';
import type { Declaration } from './declaration';
import { GeneratedObject } from './generated-object';
import type { Manifest, PlannedObject, NamespaceSettings } from './planned-object';
import { DEFAULT_SETTINGS } from './planned-object';
import { patternText } from './path-pattern';
import type { PolicyOptions } from './policy-options';
import type { JailMode } from '../linkerd/default-policy';
import type { ServerPlan } from './server-plan';
import { mergeDeclarations } from './server-plan';
import type { PropProblem } from './problems';
import { declarationError, Problems, inspect } from './problems';
import {
  NAMESPACE_WIDE_LABEL,
  namespaceWideValue,
  serverAuthorizationObjects,
} from './server-authorization-objects';

/** What one construct declares about a namespace. */
export interface Statement {
  readonly by: IConstruct;
  readonly options: PolicyOptions;
  readonly declarations: readonly Declaration[];
  /** Set by a jail: what its Servers do with clients that no authorization admits. */
  readonly jailMode?: JailMode;
}

/** A statement that has been checked but not yet accepted. */
export interface Proposal {
  /** What it conflicts with; empty if nothing. */
  readonly problems: readonly PropProblem[];
  /** Accepts the statement and makes its objects. Call only if there are no problems. */
  accept(): void;
}

const OPTIONS = ['policyApi', 'linkerdNamespace', 'trustDomain', 'routeApi', 'probeNetworks'] as const;

/** A label value has at most 63 characters, and the guide's label is the namespace followed by `-srv`. */
const LONGEST_LABELLED_NAMESPACE = 59;

/**
 * Everything declared about one namespace in one app, by any constructs in any order, and the objects that result.
 * Policy objects are created only here, so that declarations of one port share one Server.
 */
export class NamespaceDeclarations {
  /** The jail of the namespace, if it has one. */
  public jail: IConstruct | undefined;
  private mode: JailMode = DEFAULT_SETTINGS.mode;
  private settings: NamespaceSettings | undefined;
  private statements: readonly Statement[] = [];
  private created: readonly GeneratedObject[] = [];

  public constructor(public readonly namespace: string) {}

  /** The Servers of the namespace, with what was declared about them. */
  public get servers(): readonly ServerPlan[] {
    const declarations = this.statements.flatMap((known) => known.declarations);
    return mergeDeclarations(declarations, this.namespace, this.mode).entries;
  }

  /** Checks a statement against everything declared before. */
  public propose(statement: Statement): Proposal {
    const statements = [...this.statements, statement];
    const problems = new Problems();
    const settings = this.resolveSettings(statements, statement, problems);
    const declarations = statements.flatMap((known) => known.declarations);
    const { entries, conflicts } = mergeDeclarations(declarations, this.namespace, settings.mode);
    for (const { declaration, problem } of conflicts) {
      problems.all.push({ ...problem, field: placeIn(statement, declaration, problem.field) });
    }
    if (settings.policyApi === 'ServerAuthorization') {
      this.findInexpressible(statement, settings, entries, problems);
    }
    const accept = (): void => {
      this.statements = statements;
      if (statement.jailMode !== undefined) this.jail = statement.by;
      this.mode = settings.mode;
      this.settings = settings;
      this.make(plan(entries, settings));
    };
    return { problems: problems.all, accept };
  }

  /** What only the finished app shows: the paths of a port's probes. Makes the objects that depend on it. */
  public finish(probePaths: (entry: ServerPlan) => readonly string[]): void {
    const { settings } = this;
    const { servers } = this;
    if (settings === undefined || servers.every(({ limited }) => limited.length === 0)) return;
    this.make(authorizationPolicyObjects(servers, settings, probePaths));
  }

  /** The Server that a declaration became part of. */
  public entryOf(declaration: Declaration): ServerPlan {
    return this.servers.find(({ declarations }) => declarations.includes(declaration)) as ServerPlan;
  }

  /** The object with this kind and name among those made for the namespace. */
  public objectOf(kind: string, name: string): ApiObject | undefined {
    return this.created.find((object) => object.kind === kind && object.name === name);
  }

  /** The settings that the statements agree on. A jail decides for its namespace, even by its defaults. */
  private resolveSettings(
    statements: readonly Statement[],
    latest: Statement,
    problems: Problems,
  ): NamespaceSettings {
    const jail = statements.find(({ jailMode }) => jailMode !== undefined);
    const settled: { [option in (typeof OPTIONS)[number]]?: string | readonly string[] | undefined } = {};
    for (const option of OPTIONS) {
      const stated = statements.filter(({ options }) => options[option] !== undefined);
      const decided =
        jail === undefined ? stated[0]?.options[option] : (jail.options[option] ?? DEFAULT_SETTINGS[option]);
      settled[option] = decided ?? DEFAULT_SETTINGS[option];
      const other = stated.find(({ options }) => inspect(options[option]) !== inspect(decided));
      if (other === undefined) continue;
      const holder = jail === undefined ? stated[0]?.by : jail.by;
      const rule = `namespace ${inspect(this.namespace)} has ${inspect(decided)} at '${holder?.node.path}' but ${inspect(other.options[option])} at '${other.by.node.path}'`;
      problems.add(option, latest.options[option], rule, 'set it in one place, or give both the same value');
    }
    return {
      ...(settled as Omit<NamespaceSettings, 'namespace' | 'mode'>),
      namespace: this.namespace,
      mode: jail?.jailMode ?? DEFAULT_SETTINGS.mode,
    };
  }

  /** What Linkerd 2.11's API cannot express. */
  private findInexpressible(
    latest: Statement,
    settings: NamespaceSettings,
    entries: readonly ServerPlan[],
    problems: Problems,
  ): void {
    const { namespace } = this;
    if (namespace.length > LONGEST_LABELLED_NAMESPACE) {
      const rule = `with policyApi "ServerAuthorization" a namespace may have at most ${LONGEST_LABELLED_NAMESPACE} characters, to fit into the Servers' label`;
      problems.add('namespace', namespace, rule, "use policyApi 'AuthorizationPolicy'");
    }
    const rule =
      'policyApi "ServerAuthorization" writes Server v1beta1, which has no accessPolicy; audit needs v1beta3';
    const remedy = "use policyApi 'AuthorizationPolicy', or mode 'deny'";
    if (settings.mode === 'audit') problems.add('mode', 'audit', rule, remedy);
    for (const entry of entries) {
      const stated = entry.declarations.find(({ mode }) => mode === 'audit');
      if (stated !== undefined)
        problems.add(placeIn(latest, stated, fieldOf(stated, 'mode')), 'audit', rule, remedy);
      for (const { client, declaration } of entry.rules) {
        checkExpressible(
          problems,
          placeIn(latest, declaration, fieldOf(declaration, 'clients')),
          client,
          'ServerAuthorization',
        );
      }
      for (const { declaration } of entry.limited.flatMap((plan) => plan.rules)) {
        const place = placeIn(latest, declaration, fieldOf(declaration, 'paths'));
        const limit = 'policyApi "ServerAuthorization" admits to whole ports: Linkerd 2.11 has no routes';
        problems.add(
          place,
          declaration.access.requests?.paths.map(patternText),
          limit,
          "use policyApi 'AuthorizationPolicy'",
        );
      }
      if (!entry.isNamespaceWide) this.findStrayLabel(latest, entry, problems);
    }
  }

  /** A chart's labels go onto every object; this one would let the whole namespace into a restricted port. */
  private findStrayLabel(latest: Statement, entry: ServerPlan, problems: Problems): void {
    const value = namespaceWideValue(this.namespace);
    for (const declaration of entry.declarations) {
      if (Chart.of(declaration.by).labels[NAMESPACE_WIDE_LABEL] !== value) continue;
      const rule = `the chart puts the label "${NAMESPACE_WIDE_LABEL}: ${value}" on every object, but it marks the Servers that the whole namespace may use`;
      const place = placeIn(latest, declaration, fieldOf(declaration, 'port'));
      problems.add(place, declaration.port, rule, 'give the chart another label');
    }
  }

  /** Brings the tree in line with the plan: existing objects stay the same, with their patches. */
  private make(planned: readonly PlannedObject[]): void {
    const before = new Map(
      this.created.map((object) => [placeOf(object.node.scope, object.node.id), object]),
    );
    const mains = new Set<IConstruct>();
    const missing: { home: IConstruct; id: string; manifest: Manifest }[] = [];
    const after: GeneratedObject[] = [];
    for (const { id: plainId, manifest, declarations } of planned) {
      const home = this.homeOf(declarations);
      // cdk8s finds a construct's main object under this id; none of a jail's objects is the main one
      const isMain = home !== this.jail && !mains.has(home);
      if (isMain) mains.add(home);
      const id = isMain ? 'Resource' : plainId;
      const known = before.size === 0 ? undefined : before.get(placeOf(home, id));
      if (known === undefined || !isSame(known.manifest, manifest)) missing.push({ home, id, manifest });
      else {
        before.delete(placeOf(home, id));
        refresh(known, manifest);
        after.push(known);
      }
    }
    for (const { node } of before.values()) node.scope?.node.tryRemoveChild(node.id);
    for (const { home, id, manifest } of missing) after.push(new GeneratedObject(home, id, manifest));
    this.created = after;
  }

  /** An object's place does not depend on who came first: it is the jail, or else the first construct by path. */
  private homeOf(declarations: readonly Declaration[]): IConstruct {
    const { jail } = this;
    let home: IConstruct | undefined;
    for (const { by } of declarations) {
      if (by === jail) return by;
      if (home === undefined || (by !== home && by.node.path < home.node.path)) home = by;
    }
    return home as IConstruct;
  }
}

/** Adds a statement to its namespace; throws one error listing everything wrong with it or in conflict with it. */
export function checkedProposal(
  ledger: NamespaceDeclarations,
  kind: string,
  problems: Problems,
  statement: Statement,
): Proposal {
  const proposal = ledger.propose(statement);
  const all = [...problems.all, ...proposal.problems];
  if (all.length > 0) throw declarationError(kind, statement.by.node.path, all);
  return proposal;
}

function plan(entries: readonly ServerPlan[], settings: NamespaceSettings): PlannedObject[] {
  return settings.policyApi === 'ServerAuthorization'
    ? serverAuthorizationObjects(entries, settings)
    : authorizationPolicyObjects(entries, settings);
}

function placeOf(home: IConstruct | undefined, id: string): string {
  return `${home?.node.path}/${id}`;
}

function isSame(a: Manifest, b: Manifest): boolean {
  return a.apiVersion === b.apiVersion && a.kind === b.kind && a.metadata.name === b.metadata.name;
}

function refresh(object: GeneratedObject, next: Manifest): void {
  object.manifest.spec = next.spec ?? {};
  for (const [key, value] of Object.entries(next.metadata.labels ?? {})) object.metadata.addLabel(key, value);
}

function fieldOf(declaration: Declaration, field: string): string {
  return declaration.field === '' ? field : `${declaration.field}.${field}`;
}

/** The name of a field; if it belongs to another construct's props, with that construct. */
function placeIn(latest: Statement, declaration: Declaration, field: string): string {
  return declaration.by === latest.by ? field : `'${declaration.by.node.path}' ${field}`;
}
