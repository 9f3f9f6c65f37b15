/* eslint-disable @typescript-eslint/no-require-imports -- as in verbs.ts */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { didYouMean, quote } from '../basics/words';
import { printable } from '../report/wording/printable';
import { say, UsageError, type Environment } from './environment';
import type { Verb } from './verbs';

/** Other tools' words for what our verbs do; each says on standard error which verb that is. */
export const ALIASES: readonly Verb[] = [
  {
    name: 'lint',
    summary: 'check, by the name that other tools have for it',
    load: () => ({ register: lint }),
  },
  { name: 'explain', summary: 'the page of a rule of check', load: () => ({ register: explain }) },
  { name: 'who-can', summary: 'authz for one port', load: () => ({ register: whoCan }) },
];

function lint(command: Command, io: Environment): void {
  const { register } = require('./check') as typeof import('./check');
  register(command, io);
  command.hook('preAction', () => say(io, 'note: lint runs namespace-jail check'));
}

const EXPLAIN_HELP = `
Examples:
  $ namespace-jail explain udp-port

Exit status: 0, or 2 if there is no such rule.
`;

function explain(command: Command, io: Environment): void {
  command
    .argument('<rule>', 'the id of a rule, as check --list-rules lists them')
    .addHelpText('after', EXPLAIN_HELP)
    .action((asked: string) => {
      const { ALL_RULES, ruleNamed } =
        require('../findings/run-rules') as typeof import('../findings/run-rules');
      const rule = ruleNamed(asked);
      if (rule === undefined) {
        const meant = didYouMean(
          asked,
          ALL_RULES.map(({ id }) => id),
        );
        throw new UsageError(
          `there is no rule ${quote(asked)}${meant}`,
          'run namespace-jail check --list-rules to see all rules',
        );
      }
      say(io, `note: this is the page of a rule of namespace-jail check --rule ${rule.id}`);
      io.out(printable(pageOf(rule.id).split('\n')));
    });
}

/** Pages come with the package; the compiled command is one folder deeper than its source. */
function pageOf(rule: string): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      return readFileSync(join(folder, 'docs', 'rules', `${rule}.md`), 'utf8');
    } catch {
      // a folder further up has it
    }
  }
  throw new UsageError(
    `the page docs/rules/${rule}.md is not in this installation; install the package anew`,
  );
}

const WHO_CAN_HELP = `
TO is a port as for can: shop/deployment/api:8080, shop/api:80, api.shop:80, 10.42.0.5:8080.

Examples:
  $ namespace-jail who-can shop/api:80 manifests/
  $ namespace-jail who-can deploy/api:http -n shop manifests/

Exit status: 0, or 2 for bad input.
`;

function whoCan(command: Command, io: Environment): void {
  const authz = require('./authz') as typeof import('./authz');
  authz.addAuthzOptions(
    command.argument('<to>', 'the port').argument('[paths...]', 'manifest files or folders, or -'),
  );
  command.addHelpText('after', WHO_CAN_HELP).action((to: string, paths: string[], options) => {
    say(io, 'note: who-can runs namespace-jail authz for one port');
    return authz.whoCan(to, paths, options as Parameters<typeof authz.whoCan>[2], io);
  });
}
