/**
 * The GitHub Action: runs the commands, writes the job summary, the review comment and the SARIF file, and exits as the
 * commands did. `docs/in-pipelines.md` is its page.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathInBase } from './base.mjs';
import { findCommand, runCommand } from './command.mjs';
import { Refused, upsert } from './comment.mjs';
import { InputError, readInputs } from './inputs.mjs';
import { COMMENT_LIMIT, fenced, markerOf, report, resultOf, SUMMARY_LIMIT } from './report.mjs';

const env = process.env;

async function main() {
  const inputs = readInputs(env);
  const cwd = resolve(env.GITHUB_WORKSPACE ?? process.cwd(), inputs.workingDirectory);
  const scratch = mkdtempSync(join(env.RUNNER_TEMP ?? tmpdir(), 'namespace-jail-'));
  try {
    const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'));
    const script = findCommand({ version: inputs.version, cwd, scratch, env });
    const run = (...argv) => runCommand(script, argv, { cwd, env });
    const parts = inputs.commands.map((command) => PARTS[command]({ inputs, event, cwd, scratch, run }));
    const place = { event, commit: event.pull_request?.head?.sha ?? env.GITHUB_SHA ?? '' };
    await publish(parts, inputs, place);
    return Math.max(...parts.map(({ status }) => status));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const PARTS = {
  check({ inputs, run }) {
    const argv = ['check', ...inputs.paths, '--fail-on', inputs.failOn.check];
    const part = partOf('check', run(...argv, '-o', 'markdown'));
    if (inputs.sarif !== '' && part.status < 2) {
      const written = run(...argv, '-o', 'sarif', '--output-file', inputs.sarif);
      if (written.status === 2) return partOf('check', written);
      output('sarif', inputs.sarif);
    }
    return part;
  },

  'break-in'({ inputs, run }) {
    const failOn = inputs.failOn['break-in'];
    const argv = ['break-in', ...inputs.paths, ...(failOn === 'never' ? [] : ['--fail-on', failOn])];
    const part = partOf('break-in', run(...argv), fenced);
    return failOn === 'never' && part.status === 1 ? { ...part, status: 0, said: 'reported' } : part;
  },

  diff({ inputs, event, cwd, scratch, run }) {
    const next = inputs.new === '' ? inputs.paths : [inputs.new];
    if (next.length !== 1)
      throw new InputError('diff compares one file or folder with another; set the input new');
    const compare = (old) => run('diff', old, ...next, '-o', 'markdown', '--fail-on', inputs.failOn.diff);
    if (inputs.old !== '') return partOf('diff', compare(inputs.old));
    const base = inputs.base || event.pull_request?.base?.sha;
    if (base === undefined)
      return skipped('diff', 'This is no pull request, and neither `old` nor `base` is set.');
    const before = pathInBase({ base, path: next[0], cwd, scratch, env });
    try {
      if (before.path === undefined) return skipped('diff', 'The base does not have these manifests yet.');
      const { status, out, err } = compare(before.path);
      // The reader knows the base, not the folder where it was checked out.
      const named = (text) =>
        text.replaceAll(`${before.folder}/`, 'base:').replaceAll(before.folder, 'base:.');
      return partOf('diff', { status, out: named(out), err: named(err) });
    } finally {
      before.remove();
    }
  },
};

function partOf(command, { status, out, err }, shown = (text) => text) {
  if (status === 2)
    return { command, status, markdown: ['', `### ${command}`, '', fenced(err || out)].join('\n') };
  return { command, status, markdown: ['', `### ${command}`, '', shown(out.trim())].join('\n') };
}

function skipped(command, why) {
  return { command, status: 0, said: 'skipped', markdown: ['', `### ${command}`, '', why].join('\n') };
}

/** The job summary in any case, and the comment where that is possible. */
async function publish(parts, inputs, { event, commit }) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  const runUrl = `${server}/${repository}/actions/runs/${id}`;
  const foot = commit === '' ? [] : [`For commit ${commit}.`];
  const issue = event.pull_request?.number;
  const note = issue === undefined || inputs.comment === 'never' ? [] : await comment();
  appendFileSync(
    env.GITHUB_STEP_SUMMARY,
    report(parts, {
      limit: SUMMARY_LIMIT,
      size: Buffer.byteLength,
      foot: [...note, ...foot],
      elsewhere: ' are left out',
    }),
  );
  output('result', resultOf(parts) === 'could not tell' ? 'unknown' : resultOf(parts));

  async function comment() {
    const marker = markerOf(inputs.key);
    const body = report(parts, {
      limit: COMMENT_LIMIT,
      head: [marker],
      foot: [...foot, `[The whole report](${runUrl})`],
      elsewhere: ` are in the [job summary](${runUrl})`,
    });
    try {
      const url = await upsert({
        api: env.GITHUB_API_URL,
        token: inputs.token,
        repository,
        issue,
        marker,
        author: inputs.author,
        body,
        isWanted: inputs.comment === 'always' || parts.some(({ status }) => status > 0),
      });
      if (url !== undefined) output('comment-url', url);
      return [];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const why =
        error.status === 403 || error.status === 401
          ? 'the token may not write comments; pull requests from forks get such a token, other jobs need permissions: pull-requests: write'
          : 'the report is here instead';
      say('warning', `no comment was written (${error.message}): ${why}`);
      return ['No comment was written on the pull request.', ''];
    }
  }
}

/** An output of the step; a value of several lines could set others. */
function output(name, value) {
  if (env.GITHUB_OUTPUT !== undefined)
    appendFileSync(env.GITHUB_OUTPUT, `${name}=${String(value).replace(/[\r\n]/g, ' ')}\n`);
}

/** A line that the run shows on its page. */
function say(level, message) {
  const data = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  process.stdout.write(`::${level} title=namespace-jail::${data}\n`);
}

main()
  .then((status) => {
    process.exitCode = status;
  })
  .catch((error) => {
    say('error', error instanceof InputError ? error.message : `internal error: ${error.stack ?? error}`);
    output('result', 'unknown');
    process.exitCode = 2;
  });
