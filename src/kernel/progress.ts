/**
 * Progress of long work on a terminal: one line rewritten in place, or a line every ten seconds where standard error is
 * a file or a pipe. It never writes to standard output, so `--json` stays clean.
 */
import type { Clock } from './clock.ts';

export interface Progress {
  /** How far the work is; call it as often as you like. */
  update(done: number, total?: number, what?: string): void;
  /** A line of its own, above the progress line. */
  say(line: string): void;
  /** Takes the progress line away. */
  end(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const LINE_EVERY_MS = 10_000;
/** The rate is that of the last half minute: a slow beginning must not spoil the forecast. */
const WINDOW_MS = 30_000;

export function startProgress(stream: Terminal, clock: Clock): Progress {
  const live = stream.isTTY === true;
  const pause = live ? REDRAW_MS : LINE_EVERY_MS;
  const begun = clock.elapsed();
  let samples: Sample[] = [{ at: begun, done: 0 }];
  let shown: Shown = { done: 0, total: undefined, what: '' };
  let drawnAt = live ? -Infinity : begun;
  let drawn = false;
  const clear = (): void => {
    if (drawn) stream.write('\r\u001b[K');
    drawn = false;
  };
  const draw = (): void => {
    const text = progressLine(shown, rateOf(samples), live ? (stream.columns ?? 80) - 1 : 200);
    if (live) stream.write(`\r${text}\u001b[K`);
    else stream.write(`${text}\n`);
    drawn = live;
  };
  return {
    update: (done, total, what = shown.what) => {
      shown = { done, total, what };
      const now = clock.elapsed();
      if (now - drawnAt < pause) return;
      drawnAt = now;
      samples = sampled(samples, { at: now, done });
      draw();
    },
    say: (line) => {
      const again = drawn;
      clear();
      stream.write(`${line}\n`);
      if (again) draw();
    },
    end: clear,
  };
}

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** Keeps what the rate is measured from; work that started over is measured anew. */
export function sampled(samples: readonly Sample[], next: Sample): Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && next.done < last.done) return [next];
  const recent = samples.filter((sample) => next.at - sample.at <= WINDOW_MS);
  return [...(recent.length === 0 ? samples.slice(-1) : recent), next];
}

/** Units a second, or undefined while it cannot be said. */
export function rateOf(samples: readonly Sample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < 1000) return undefined;
  return ((last.done - first.done) * 1000) / (last.at - first.at);
}

interface Shown {
  readonly done: number;
  readonly total: number | undefined;
  readonly what: string;
}

/** One line of at most `width` characters; what does not fit is left out, the least important first. */
export function progressLine(
  { done, total, what }: Shown,
  rate: number | undefined,
  width: number,
): string {
  const name = printable(what);
  const speed = rate === undefined || rate <= 0 ? '' : `${short(rate)}/s`;
  const forms =
    total === undefined || total <= 0
      ? [
          [short(done), speed, name],
          [short(done), name],
        ]
      : withTotal(done, total, rate, speed).map((parts) => [...parts, name]);
  const lines = forms.map((parts) => parts.filter((part) => part !== '').join('  '));
  const fitting = lines.find((line) => line.length <= width);
  return fitting ?? (lines.at(-1) ?? '').slice(0, Math.max(0, width));
}

function withTotal(
  done: number,
  total: number,
  rate: number | undefined,
  speed: string,
): string[][] {
  const share = Math.min(1, Math.max(0, done / total));
  const percent = `${Math.floor(share * 100)}%`;
  const count = `${short(done)} of ${short(total)}`;
  const left = rate === undefined || speed === '' ? '' : `${span((total - done) / rate)} left`;
  return [
    [bar(share), percent, count, speed, left],
    [percent, count, left],
    [percent, left],
    [percent],
  ];
}

function bar(share: number): string {
  const full = Math.round(share * 20);
  return `[${'='.repeat(full)}${' '.repeat(20 - full)}]`;
}

/** Names come from files and hosts: nothing in them may move the cursor. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 60);
}

/** 950, 12.3k, 4.5M. */
function short(value: number): string {
  if (value < 1000) return String(Math.round(value * 10) / 10);
  const [size, unit] = value < 999_500 ? [1e3, 'k'] : value < 999_500_000 ? [1e6, 'M'] : [1e9, 'G'];
  return `${Number((value / size).toPrecision(3))}${unit}`;
}

function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.round(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}
