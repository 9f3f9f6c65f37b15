#!/usr/bin/env node
import { fstatSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, CommanderError } from 'commander';
import { say, type ExitCode, type Environment } from './environment';
import { UserError } from '../basics/problem';
import { visible } from '../basics/visible';
import { useNodeRegexEngine } from '../input/regex-engine';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import { printable } from '../report/wording/printable';
import { ALIASES } from './aliases';
import { addVerb, VERBS } from './verbs';
import { version } from './version';

const EXAMPLES = `
Examples:
  $ namespace-jail can shop/deployment/web shop/deployment/api:8080 manifests/
  $ namespace-jail authz deploy/web -n shop manifests/
  $ ${KUBECTL_GET} | namespace-jail authz -

Exit status: 0 it holds, 1 the answer is no, 2 bad input or usage.
`;

useNodeRegexEngine();

/**
 * Runs the command.
 *
 * @param argv the arguments after `namespace-jail`
 * @returns the exit status: 0 it holds, 1 the answer is no, 2 bad input or usage
 */
export async function main(argv: readonly string[], io: Omit<Environment, 'setExit'>): Promise<number> {
  let exit: ExitCode = 0;
  const setExit = (code: ExitCode): void => {
    if (code > exit) exit = code;
  };
  try {
    await program(argv, { ...io, setExit }).parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    return failure(error, io, wantsStack(argv, io));
  }
}

/** The command with the verbs its arguments may need: the one they name, or all. */
export function program(argv: readonly string[], io: Environment): Command {
  const { called = 'namespace-jail' } = io;
  const command = new Command(called)
    .description('Answers who gets in where, as Linkerd would, from manifests and without a cluster.')
    .version(version())
    .option('--debug', 'show where an internal error comes from (also NAMESPACE_JAIL_DEBUG=1)')
    .configureOutput({
      writeOut: (text) => io.out(printable(asCalled(text, called).split('\n'))),
      writeErr: (text) => io.err(printable(withVisible(argv, text).split('\n'))),
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .exitOverride()
    .showHelpAfterError('(run with --help for usage and examples)')
    .addHelpText('after', EXAMPLES);
  const word = argv.find((argument) => !argument.startsWith('-'));
  // Completion covers all verbs.
  const all = [...VERBS, ...ALIASES];
  const named = word === 'completion' ? undefined : all.find(({ name }) => name === word);
  if (named !== undefined) addVerb(named, command, io);
  else if (!isVersion(argv)) for (const verb of all) addVerb(verb, command, io);
  return command;
}

/** What commander says about arguments, with their own line breaks visible. */
function withVisible(argv: readonly string[], text: string): string {
  return argv.reduce((said, word) => (word === '' ? said : said.replaceAll(word, () => visible(word))), text);
}

/** Help, with its examples as one types them in place of the command that one called. */
function asCalled(text: string, called: string): string {
  if (called === 'namespace-jail') return text;
  return text.replace(/(?:npx )?(?<![\w./-]|kubectl )namespace-jail(?= )/g, called);
}

/** What one typed: kubectl runs a plugin by the name of its file. */
function calledAs(script: string | undefined): string {
  return /^kubectl-namespace_jail\b/.test(basename(script ?? ''))
    ? 'kubectl namespace-jail'
    : 'namespace-jail';
}

function isVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V');
}

/** Says what went wrong, on standard error, with a stack trace only if asked for. */
function failure(error: unknown, io: Pick<Environment, 'err'>, stack: boolean): number {
  if (error instanceof CommanderError) return error.code !== 'commander.help' && error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof Error)) return internal(String(error), undefined, io);
  if (!(error instanceof UserError)) return internal(error.message, stack ? error.stack : undefined, io);
  say(io, ...error.report);
  return error.exitStatus;
}

function internal(message: string, stack: string | undefined, io: Pick<Environment, 'err'>): number {
  const line = message.replace(/\s+/g, ' ');
  say(io, `internal error: ${line}; please report it, with the output of --debug`);
  if (stack !== undefined) say(io, ...stack.split('\n'));
  return 2;
}

function wantsStack(argv: readonly string[], { env }: Pick<Environment, 'env'>): boolean {
  return argv.includes('--debug') || (env.NAMESPACE_JAIL_DEBUG ?? '') !== '';
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false; // closed
  }
}

async function runProcess(): Promise<void> {
  // The reader may stop early: `namespace-jail authz … | head -1`.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.exitCode = await main(process.argv.slice(2), {
    stdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    stdinChunks: () => process.stdin as AsyncIterable<Buffer>,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    cwd: process.cwd(),
    isTty: process.stdout.isTTY,
    isFile: isFile(process.stdout.fd),
    isErrTty: process.stderr.isTTY,
    env: process.env,
    called: calledAs(process.argv[1]),
  });
}

if (require.main === module) void runProcess();
