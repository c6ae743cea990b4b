// Where each picture of an album stands: Telegram's mosaic.
//
// Everything is worked out from the pictures' proportions before any of them is loaded, in shares of the whole, so that
// nothing jumps when they come and the mosaic may have any width.

const WIDTH = 100;
const TALLEST = 4 / 3;
const LOWEST = 1 / 3;
const GAP = 0.6;
const MOST_IN_A_ROW = 4;
const WIDE = 1.2;
const NARROW = 0.8;

/**
 * @typedef {{left: number, top: number, width: number, height: number}} Tile shares of the mosaic's sides, 0 to 1
 */

/**
 * The mosaic of pictures with these proportions.
 * @param {number[]} ratios width through height of each
 * @returns {{ratio: number, tiles: Tile[]}} the mosaic's own proportion, and one tile for each picture, in their order
 */
export function mosaic(ratios) {
  const sane = ratios.map((ratio) => (ratio > 0 && Number.isFinite(ratio) ? Math.max(0.4, Math.min(3, ratio)) : 1));
  if (sane.length === 1) return shares([{ left: 0, top: 0, width: WIDTH, height: WIDTH / sane[0] }]);
  const columns = sane.length <= 4 && sane.every((ratio) => ratio <= 2) && sane[0] < NARROW && sane.length > 2;
  return shares(columns ? besideTheFirst(sane) : inRows(sane, bestRows(sane)));
}

/** A tall first picture at the left, the others beside it from top to bottom. */
function besideTheFirst(ratios) {
  const [first, ...others] = ratios;
  // Both columns end at the same height: the first picture's width follows from what the others need.
  const needed = others.reduce((sum, ratio) => sum + 1 / ratio, 0);
  const gaps = GAP * (others.length - 1);
  const even = (WIDTH - GAP - first * gaps) * (first * needed) / (1 + first * needed) + first * gaps;
  const left = Math.max(0.5 * WIDTH, Math.min(0.7 * WIDTH, even));
  const right = WIDTH - left - GAP;
  const height = Math.min(left / first, WIDTH * TALLEST);
  const room = height - gaps;
  const tiles = [{ left: 0, top: 0, width: left, height }];
  let top = 0;
  for (const ratio of others) {
    const tall = room * (1 / ratio) / needed;
    tiles.push({ left: left + GAP, top, width: right, height: tall });
    top += tall + GAP;
  }
  return tiles;
}

/** How many pictures each row gets: the split whose rows' heights are nearest to what looks even. */
function bestRows(ratios) {
  if (ratios.length === 2) return ratios.every((ratio) => ratio > WIDE) ? [1, 1] : [2];
  if (ratios.length === 3) return [1, 2];
  if (ratios.length === 4 && ratios[0] > WIDE) return [1, 3];
  const wanted = WIDTH / Math.max(1, average(ratios) * 1.15);
  const splits = allSplits(ratios.length).map((rows) => ({ rows, cost: costOf(ratios, rows, wanted) }));
  return splits.reduce((best, one) => (one.cost < best.cost ? one : best)).rows;
}

function average(ratios) {
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

/** Every way to cut so many pictures into rows of one to four. */
function allSplits(count) {
  if (count === 0) return [[]];
  const heads = Array.from({ length: Math.min(MOST_IN_A_ROW, count) }, (_, at) => at + 1);
  return heads.flatMap((head) => allSplits(count - head).map((rest) => [head, ...rest]));
}

function costOf(ratios, rows, wanted) {
  const heights = rowsOf(ratios, rows).map(heightOf);
  const total = heights.reduce((sum, height) => sum + height, 0);
  const uneven = Math.max(...heights) / Math.min(...heights);
  const alone = rows.filter((many, at) => many === 1 && at > 0).length;
  const shrinking = rows.some((many, at) => at > 0 && many < rows[at - 1]) ? 1.2 : 1;
  return (Math.abs(total - Math.min(WIDTH * TALLEST, wanted * 1.5)) + 20 * (uneven - 1) + 15 * alone) * shrinking;
}

function rowsOf(ratios, rows) {
  let at = 0;
  return rows.map((many) => ratios.slice(at, at += many));
}

/** The height at which a row's pictures, shown whole, fill the width. */
function heightOf(row) {
  return (WIDTH - GAP * (row.length - 1)) / row.reduce((sum, ratio) => sum + ratio, 0);
}

function inRows(ratios, rows) {
  const heights = rowsOf(ratios, rows).map(heightOf);
  const total = heights.reduce((sum, height) => sum + height, 0);
  const fits = Math.max(LOWEST * WIDTH, Math.min(TALLEST * WIDTH, total)) / total;
  let top = 0;
  return rowsOf(ratios, rows).flatMap((row, at) => {
    const height = heights[at] * fits;
    const tiles = rowOf(row, top, height);
    top += height + GAP;
    return tiles;
  });
}

function rowOf(row, top, height) {
  const room = WIDTH - GAP * (row.length - 1);
  const sum = row.reduce((total, ratio) => total + ratio, 0);
  let left = 0;
  return row.map((ratio) => {
    const width = room * ratio / sum;
    const tile = { left, top, width, height };
    left += width + GAP;
    return tile;
  });
}

function shares(tiles) {
  const tall = Math.max(...tiles.map((tile) => tile.top + tile.height));
  return {
    ratio: WIDTH / tall,
    tiles: tiles.map(({ left, top, width, height }) => ({
      left: left / WIDTH, top: top / tall, width: width / WIDTH, height: height / tall,
    })),
  };
}
