/** How ffmpeg and ffprobe are to open a file of a stranger. */

/** The one demuxer that a type is read with: left to itself, ffmpeg would go by the bytes, and follow a playlist. */
const demuxers: Record<string, string> = {
  "video/mp4": "mov",
  "video/quicktime": "mov",
  "audio/mp4": "mov",
  "video/webm": "matroska",
  "audio/webm": "matroska",
  "video/x-msvideo": "avi",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/ogg": "ogg",
  "audio/aac": "aac",
};

/** What cameras, phones, browsers and usual programs write. Decoders for what is rare are where the holes are. */
const decoders = [
  ...["h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "libaom-av1", "mpeg4", "mjpeg", "h263", "mpeg1video"],
  ...["mpeg2video", "msmpeg4", "msmpeg4v2", "theora", "prores", "rawvideo"],
  ...["aac", "mp3float", "mp3", "mp2float", "mp2", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac", "ac3"],
  ...["eac3", "amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt"],
  ...["pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le"],
  ...["pcm_f32be", "pcm_f64le", "pcm_alaw", "pcm_mulaw"],
].join(",");

/** Both programs know these options, in versions from 2018 on. */
export function listInputOptions(path: string, mimeType: string): string[] {
  const demuxer = demuxers[mimeType];
  if (demuxer === undefined) throw new Error(`no demuxer is known for ${mimeType}`);
  return [
    ...["-hide_banner", "-v", "error", "-threads", "1", "-protocol_whitelist", "file,pipe"],
    ...["-format_whitelist", demuxer, "-codec_whitelist", decoders, "-f", demuxer, "-i", `file:${path}`],
  ];
}
