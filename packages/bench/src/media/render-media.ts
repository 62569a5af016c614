/** The `media` scenario's result as a table for people. */
import type { CourseResult, MediaResult } from "./media-result.ts";
import type { CourseName } from "./transfer-rounds.ts";

const labels: Record<CourseName, string> = {
  upload_1: "upload",
  upload_4: "upload, 4 at once",
  download_1: "download",
  download_4: "download, 4 at once",
  range_1: "download by ranges of 1 MB",
  range_4: "download by ranges, 4 at once",
};

const heads = ["MB/s", "plain MB/s", "ratio", "cores", "plain cores", "client busy"];

export function renderMedia(result: MediaResult): string {
  const { machine, versions } = result;
  const courses = Object.entries(result.courses) as [CourseName, CourseResult][];
  return [
    toRow(`a file of ${result.file_mb} MB`, heads),
    ...courses.map(([name, course]) => toRow(labels[name], toCells(course))),
    "",
    ...renderRest(result),
    "",
    ...result.targets.map(({ figure, bound, value, actual, met }) => {
      return `target ${figure} ${bound} ${value}: ${actual}, ${met ? "met" : "MISSED"}`;
    }),
    `${machine.cpus} × ${machine.cpu_model}, ${machine.memory_gb} GB, ${machine.os}; Node ${versions.node}, PostgreSQL ${versions.postgres}; seed ${result.seed}`,
  ].join("\n");
}

function renderRest(result: MediaResult): string[] {
  return [
    `thumbnails of ${result.picture_megapixels} megapixels: ${result.thumbnails_made_per_s} made a second, ${result.thumbnails_fetched_per_s} fetched again a second`,
    `to confirm a file ${result.confirm_file_ms} ms, a picture of ${result.picture_mb} MB ${result.confirm_picture_ms} ms`,
    `memory of the server: at rest ${result.server_rest_mb} MB, at most ${result.server_transfer_peak_mb} MB in transfers and ${result.server_peak_mb} MB in all`,
    `of its workers together: at most ${result.workers_peak_mb} MB; of the plain server: ${result.plain_peak_mb} MB`,
  ];
}

function toCells(course: CourseResult): string[] {
  const busy = Math.max(course.client_load, course.plain_client_load);
  const values = [course.mb_per_s, course.plain_mb_per_s, course.ratio, course.server_cores, course.plain_server_cores];
  return [...values.map((value) => String(value ?? "")), `${Math.round(busy * 100)} %`];
}

function toRow(label: string, cells: string[]): string {
  return label.padEnd(32) + cells.map((cell) => cell.padStart(13)).join("");
}
