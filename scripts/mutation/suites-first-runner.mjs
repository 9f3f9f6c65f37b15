/**
 * Stryker's jest runner with the policy suites in front of it. A jest run reloads every module for every mutant, which
 * took seconds; the suites are data and need no jest, so they run here, in this process, against code that is loaded
 * once. They kill most mutants in milliseconds, and jest sees only the rest.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, parse, relative, resolve, sep } from 'node:path';
import { declareFactoryPlugin, commonTokens, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { strykerPlugins as jestPlugins } from '@stryker-mutator/jest-runner';

const SUITES = join('test', 'suites');
/** The mutated code, as built by the configuration's `buildCommand`. */
const BUILT = join('build', 'lib');
/** Where mutants and this runner meet: instrumented code asks which mutant is active, and counts what it covers. */
const switchboard = (globalThis.__stryker__ ??= {});

class SuitesFirstRunner {
  #jest;
  #ask;
  #cases;

  constructor(jest) {
    this.#jest = jest;
  }

  capabilities() {
    return this.#jest.capabilities();
  }

  async init() {
    await this.#jest.init?.();
    this.#load();
  }

  async dispose() {
    await this.#jest.dispose?.();
  }

  async dryRun(options) {
    const tests = this.#cases.map((one) => {
      switchboard.currentTestId = one.id;
      const result = this.#test(one);
      switchboard.currentTestId = undefined;
      return result;
    });
    const own = switchboard.mutantCoverage ?? { static: {}, perTest: {} };
    globalThis.mutationTestFile = undefined;
    const jest = await this.#jest.dryRun(options);
    if (jest.status !== DryRunStatus.Complete) return jest;
    const { mutantCoverage } = jest;
    const inFiles = jest.tests.map((test) => ({ ...test, id: idOf(relative('', test.fileName), test.id) }));
    const perTest = inFiles.flatMap(({ id, name }) => {
      const covered = mutantCoverage?.perTest[name];
      return covered === undefined ? [] : [[id, covered]];
    });
    return {
      status: DryRunStatus.Complete,
      tests: [...tests, ...inFiles],
      mutantCoverage: {
        static: { ...own.static, ...mutantCoverage?.static },
        perTest: { ...own.perTest, ...Object.fromEntries(perTest) },
      },
    };
  }

  async mutantRun(options) {
    let result = this.#suitesRun(options);
    for (const [file, ids] of this.#testFiles(options)) {
      if (result.status !== MutantRunStatus.Survived && !options.disableBail) return result;
      result = both(result, await this.#jestRun(file, { ...options, testFilter: ids }));
    }
    return result;
  }

  /** Jest loads every file it is given, so it gets them one at a time. */
  async #jestRun(file, options) {
    globalThis.mutationTestFile = file;
    const result = await this.#jest.mutantRun(options);
    if (result.status !== MutantRunStatus.Killed) return result;
    return { ...result, killedBy: [result.killedBy].flat().map((id) => idOf(file, id)) };
  }

  /**
   * The files with tests of a mutant, with the names of those tests: first the one named like the mutated file, then those
   * of its room, then the file with the most tests.
   */
  #testFiles({ testFilter, sandboxFileName }) {
    // Without a filter, all tests of all files are wanted
    if (testFilter === undefined) return [['', undefined]];
    const files = new Map();
    for (const id of testFilter) {
      const at = id.indexOf(SEPARATOR);
      if (at < 0) continue;
      const file = id.slice(0, at);
      files.set(file, [...(files.get(file) ?? []), id.slice(at + SEPARATOR.length)]);
    }
    const { dir, name } = parse(relative('lib', sandboxFileName));
    const nearness = (file) =>
      file.endsWith(`/${name}.test.ts`) ? 2 : file.startsWith(`test/${dir}/`) ? 1 : 0;
    return [...files].sort(
      ([a, some], [b, others]) => nearness(b) - nearness(a) || others.length - some.length,
    );
  }

  #suitesRun({ activeMutant, mutantActivation, testFilter, disableBail, hitLimit }) {
    const wanted = new Set(testFilter ?? this.#cases.map(({ id }) => id));
    const isStatic = mutantActivation === 'static';
    switchboard.activeMutant = activeMutant.id;
    switchboard.hitLimit = hitLimit;
    switchboard.hitCount = hitLimit === undefined ? undefined : 0;
    try {
      if (isStatic) this.#load();
      const tests = [];
      for (const one of this.#cases) {
        if (!wanted.has(one.id)) continue;
        const result = this.#test(one);
        const timedOut = determineHitLimitReached(switchboard.hitCount, switchboard.hitLimit);
        if (timedOut) return toMutantRunResult(timedOut);
        tests.push(result);
        if (result.status === TestStatus.Failed && !disableBail) break;
      }
      return toMutantRunResult({ status: DryRunStatus.Complete, tests }, disableBail);
    } catch (error) {
      // Only loading gets here: the mutant breaks whatever imports it
      return {
        status: MutantRunStatus.Killed,
        killedBy: [...wanted],
        nrOfTests: 0,
        failureMessage: String(error),
      };
    } finally {
      switchboard.activeMutant = switchboard.hitLimit = switchboard.hitCount = undefined;
      if (isStatic) this.#load();
    }
  }

  /** Loads the code and the suites; again, if a mutant changes what is computed at load time. */
  #load() {
    const built = resolve(BUILT);
    const require = createRequire(join(built, 'index.js'));
    for (const file of Object.keys(require.cache))
      if (file.startsWith(built + sep)) delete require.cache[file];
    require('./input/regex-engine.js').useNodeRegexEngine();
    const { loadSuite } = require('./input/suite-files.js');
    const { runCase } = require('./questions/suite/run.js');
    this.#ask = runCase;
    this.#cases = readdirSync(SUITES)
      .filter((file) => file.endsWith('.yaml'))
      .flatMap((file) =>
        loadSuite(join(SUITES, file)).cases.map((found) => ({ id: `${file} ${found.id}`, found })),
      );
  }

  #test({ id, found }) {
    const start = performance.now();
    const failures = this.#failures(found);
    const timeSpentMs = performance.now() - start;
    if (failures.length === 0) return { id, name: id, timeSpentMs, status: TestStatus.Success };
    return { id, name: id, timeSpentMs, status: TestStatus.Failed, failureMessage: failures.join('; ') };
  }

  #failures(found) {
    // The engine caches what it read of an object, and may have read it as another mutant
    const fresh =
      'manifests' in found ? { ...found, manifests: found.manifests.map((one) => ({ ...one })) } : found;
    try {
      return this.#ask(fresh)
        .filter(({ passed }) => !passed)
        .map(({ expected, actual }) => `expected ${expected}, got ${actual}`);
    } catch (error) {
      return [String(error)];
    }
  }
}

/** Jest's test names are not unique across files, and do not say which file to look in. */
const SEPARATOR = ' › ';
function idOf(file, name) {
  return `${file}${SEPARATOR}${name}`;
}

function both(a, b) {
  if (a.status !== MutantRunStatus.Killed || b.status !== MutantRunStatus.Killed) {
    return b.status === MutantRunStatus.Survived ? a : b;
  }
  return { ...a, killedBy: [...a.killedBy, ...b.killedBy], nrOfTests: a.nrOfTests + b.nrOfTests };
}

suitesFirstRunner.inject = [commonTokens.injector];
function suitesFirstRunner(injector) {
  const jest = jestPlugins.find(({ kind, name }) => kind === PluginKind.TestRunner && name === 'jest');
  return new SuitesFirstRunner(injector.injectFunction(jest.factory));
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'suites-first', suitesFirstRunner),
];
