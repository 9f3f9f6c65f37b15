import type { ApiObject } from 'cdk8s';
import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { authorizationPolicyObjects } from './authorization-policy-objects';
import { checkExpressible } from './client-checks';
import type { Declaration } from './declaration';
import { GeneratedObject } from './generated-object';
import type { Manifest, PlannedObject, NamespaceSettings } from './planned-object';
import { DEFAULT_SETTINGS } from './planned-object';
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

/** What one construct states about a namespace. */
export interface Statement {
  readonly by: IConstruct;
  readonly options: PolicyOptions;
  readonly declarations: readonly Declaration[];
  /** Set by a jail: what its Servers do with whom nothing admits. */
  readonly jailMode?: JailMode;
}

/** A statement that was looked at, but not yet taken. */
export interface Proposal {
  /** What contradicts it; empty if nothing does. */
  readonly problems: readonly PropProblem[];
  /** Takes it and makes its objects; only without problems. */
  accept(): void;
}

const OPTIONS = ['policyApi', 'linkerdNamespace', 'trustDomain'] as const;

/** A label's value has at most 63 characters, and the guide's label is the namespace with `-srv`. */
const LONGEST_LABELLED_NAMESPACE = 59;

/**
 * All that is said about one namespace in one app, by whichever constructs in whatever order, and the objects that
 * come of it. Nothing but this creates policy objects, so that declarations for one port share one Server.
 */
export class NamespaceDeclarations {
  /** The jail of the namespace, if it has one. */
  public jail: IConstruct | undefined;
  private mode: JailMode = DEFAULT_SETTINGS.mode;
  private statements: readonly Statement[] = [];
  private created: readonly GeneratedObject[] = [];

  public constructor(public readonly namespace: string) {}

  /** The Servers of the namespace, with what was said about them. */
  public get servers(): readonly ServerPlan[] {
    const declarations = this.statements.flatMap((known) => known.declarations);
    return mergeDeclarations(declarations, this.namespace, this.mode).entries;
  }

  /** Looks at a statement together with all that was said before. */
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
      this.make(plan(entries, settings));
    };
    return { problems: problems.all, accept };
  }

  /** The Server that a declaration became part of. */
  public entryOf(declaration: Declaration): ServerPlan {
    return this.servers.find(({ declarations }) => declarations.includes(declaration)) as ServerPlan;
  }

  /** The object of a kind and name among those made for the namespace. */
  public objectOf(kind: string, name: string): ApiObject | undefined {
    return this.created.find((object) => object.kind === kind && object.name === name);
  }

  /** What the statements agree on. A jail decides for its namespace, also where it states nothing. */
  private resolveSettings(
    statements: readonly Statement[],
    latest: Statement,
    problems: Problems,
  ): NamespaceSettings {
    const jail = statements.find(({ jailMode }) => jailMode !== undefined);
    const settled: { [option in (typeof OPTIONS)[number]]?: string } = {};
    for (const option of OPTIONS) {
      const stated = statements.filter(({ options }) => options[option] !== undefined);
      const decided =
        jail === undefined ? stated[0]?.options[option] : (jail.options[option] ?? DEFAULT_SETTINGS[option]);
      settled[option] = decided ?? DEFAULT_SETTINGS[option];
      const other = stated.find(({ options }) => options[option] !== decided);
      if (other === undefined) continue;
      const holder = jail === undefined ? stated[0]?.by : jail.by;
      const rule = `namespace ${inspect(this.namespace)} has ${inspect(decided)} at '${holder?.node.path}', and ${inspect(other.options[option])} at '${other.by.node.path}'`;
      problems.add(option, latest.options[option], rule, 'state it in one place, or the same in both');
    }
    return {
      ...(settled as Omit<NamespaceSettings, 'namespace' | 'mode'>),
      namespace: this.namespace,
      mode: jail?.jailMode ?? DEFAULT_SETTINGS.mode,
    };
  }

  /** What Linkerd 2.11's API has no words for. */
  private findInexpressible(
    latest: Statement,
    settings: NamespaceSettings,
    entries: readonly ServerPlan[],
    problems: Problems,
  ): void {
    const { namespace } = this;
    if (namespace.length > LONGEST_LABELLED_NAMESPACE) {
      const rule = `with policyApi "ServerAuthorization" at most ${LONGEST_LABELLED_NAMESPACE} characters fit into the label that the Servers carry`;
      problems.add('namespace', namespace, rule, "use policyApi 'AuthorizationPolicy'");
    }
    const rule =
      'policyApi "ServerAuthorization" writes Server v1beta1, which has no accessPolicy: audit needs v1beta3';
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
      if (!entry.isNamespaceWide) this.findStrayLabel(latest, entry, problems);
    }
  }

  /** Labels of a chart go onto every object: this one would let the whole namespace into a narrowed port. */
  private findStrayLabel(latest: Statement, entry: ServerPlan, problems: Problems): void {
    const value = namespaceWideValue(this.namespace);
    for (const declaration of entry.declarations) {
      if (Chart.of(declaration.by).labels[NAMESPACE_WIDE_LABEL] !== value) continue;
      const rule = `the chart puts the label "${NAMESPACE_WIDE_LABEL}: ${value}" on every object, which means the Servers that the whole namespace may use`;
      const place = placeIn(latest, declaration, fieldOf(declaration, 'port'));
      problems.add(place, declaration.port, rule, 'give the chart another label');
    }
  }

  /** Brings the tree in line with the plan: what is there already stays the same object, with its patches. */
  private make(planned: readonly PlannedObject[]): void {
    const before = new Map(
      this.created.map((object) => [placeOf(object.node.scope, object.node.id), object]),
    );
    const mains = new Set<IConstruct>();
    const missing: { home: IConstruct; id: string; manifest: Manifest }[] = [];
    const after: GeneratedObject[] = [];
    for (const { id: plainId, manifest, declarations } of planned) {
      const home = this.homeOf(declarations);
      // cdk8s finds a construct's main object under this id; in a jail no object is the main one
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

  /** Where an object stands does not depend on who came first: with the jail, else with the first by path. */
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

/** What a namespace makes of a statement; throws one error with all that is wrong with it or contradicts it. */
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

/** A field of another construct's props is named with that construct. */
function placeIn(latest: Statement, declaration: Declaration, field: string): string {
  return declaration.by === latest.by ? field : `'${declaration.by.node.path}' ${field}`;
}
