import type { Construct } from 'constructs';
import { exceptionDeclaration } from './declaration';
import { SinglePortConstruct } from './single-port-construct';
import type { JailException } from './jail-exception';
import type { PolicyOptions } from './policy-options';

/** Props of a standalone exception. */
export interface ExceptionRuleProps extends JailException, PolicyOptions {
  /**
   * The namespace of the pods being called.
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

/**
 * Lets clients into one port of a namespace, and nobody else. If the port is not declared elsewhere, even the
 * namespace itself stays out. Works on its own, or next to a jail of the same namespace.
 */
export class ExceptionRule extends SinglePortConstruct {
  /** @throws Error listing everything that is wrong with the props or conflicts with other declarations. */
  public constructor(scope: Construct, id: string, props: ExceptionRuleProps) {
    super(scope, id, 'ExceptionRule', props, (problems, by) => exceptionDeclaration(problems, by, '', props));
  }
}
