import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { Manifest } from './planned-object';

/** An object made by this library; the checks of the finished app tell these from everybody else's. */
export class GeneratedObject extends ApiObject {
  public constructor(
    scope: IConstruct,
    id: string,
    /** The body, which cdk8s keeps by reference: later declarations change the body, not the object. */
    public readonly manifest: Manifest,
  ) {
    super(scope as Construct, id, manifest);
  }
}

/** cdk8s answers `instanceof` alike for every ApiObject, so this asks for the class itself. */
export function isGenerated(construct: IConstruct): construct is GeneratedObject {
  return construct.constructor === GeneratedObject;
}

/** All objects of an app, ours and other people's, in the order of the tree. */
export function apiObjectsOf(root: IConstruct): ApiObject[] {
  return root.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
}
