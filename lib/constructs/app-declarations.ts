import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { apiObjectsOf } from './generated-object';
import { NamespaceDeclarations } from './namespace-declarations';
import type { NamespaceRequest } from './namespace-request';
import { findSynthProblems } from './synth-checks';
import { memoized, oncePer } from '../basics/collections';

/** Everything declared about namespaces in one app, so that constructs in different charts know of each other. */
export class AppDeclarations {
  public static of(construct: IConstruct): AppDeclarations {
    return AppDeclarations.ofRoot(construct.node.root);
  }

  private static readonly ofRoot = oncePer((root: IConstruct) => new AppDeclarations(root));

  private readonly ledgers = new Map<string, NamespaceDeclarations>();
  private readonly requests: NamespaceRequest[] = [];
  private synthProblems: ReadonlyMap<IConstruct, readonly string[]> = new Map();
  /** The objects that were looked at in this run of JavaScript. */
  private looked: readonly ApiObject[] | undefined;

  private constructor(root: IConstruct) {
    // cdk8s validates the root first, and the whole app before it writes anything
    root.node.addValidation({
      validate: () => {
        this.look(root);
        return [];
      },
    });
  }

  /**
   * cdk8s validates the whole app once more for each chart, all in one go: looking again each time would cost the square
   * of the charts. So an app with the same objects is looked at once, until whoever called synth has had its turn.
   */
  private look(root: IConstruct): void {
    const objects = apiObjectsOf(root);
    if (isSameList(this.looked, objects)) return;
    this.synthProblems = findSynthProblems(root, [...this.ledgers.values()], this.requests);
    if (this.looked === undefined) queueMicrotask(() => (this.looked = undefined));
    // With what looking made and removed
    this.looked = apiObjectsOf(root);
  }

  /** What has been declared about a namespace so far. */
  public namespace(name: string): NamespaceDeclarations {
    return memoized(this.ledgers, name, () => new NamespaceDeclarations(name));
  }

  /** Records what a jail needs from its Namespace object. */
  public request(request: NamespaceRequest): void {
    this.requests.push(request);
  }

  /** Reports on this construct what only the finished app shows about it. */
  public watch(construct: IConstruct): void {
    construct.node.addValidation({ validate: () => [...(this.synthProblems.get(construct) ?? [])] });
  }
}

function isSameList(before: readonly ApiObject[] | undefined, now: readonly ApiObject[]): boolean {
  return before?.length === now.length && now.every((object, index) => object === before[index]);
}
