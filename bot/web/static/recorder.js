/** A voice note from the microphone: MediaRecorder, a clock, and the loudness for the eye. */
const FORMATS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const TICK = 100; // milliseconds

export const canRecord = () => "MediaRecorder" in window && Boolean(navigator.mediaDevices?.getUserMedia);

/** Why there is no recording: refused, missing or broken. */
export class NoRecording extends Error {}

const REASONS = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing" };

export class Recorder {
  #stream = null;
  #media = null;
  #context = null;
  #pieces = [];
  #timer = 0;
  #began = 0;
  #told;

  /** `told(seconds, loudness)`, loudness from 0 to 1, ten times a second while recording. */
  constructor(told) {
    this.#told = told;
  }

  get running() {
    return this.#media !== null;
  }

  /** Raises NoRecording. */
  async start() {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
      this.#media = new MediaRecorder(this.#stream, mimeType ? { mimeType } : {});
      this.#pieces = [];
      this.#media.addEventListener("dataavailable", ({ data }) => data.size && this.#pieces.push(data));
      this.#media.start(1000);
    } catch (error) {
      this.#release();
      if (!(error instanceof DOMException)) throw error;
      throw new NoRecording(REASONS[error.name] ?? "broken");
    }
    this.#began = performance.now();
    const loudness = this.#listen();
    this.#timer = setInterval(() => this.#told((performance.now() - this.#began) / 1000, loudness()), TICK);
  }

  /** What was recorded. */
  async finish() {
    const media = this.#media;
    clearInterval(this.#timer);
    if (media.state !== "inactive") {
      const stopped = new Promise((done) => media.addEventListener("stop", done, { once: true }));
      media.stop();
      await stopped;
    }
    this.#release();
    return new Blob(this.#pieces, { type: media.mimeType.split(";")[0] });
  }

  cancel() {
    if (this.#media?.state === "recording") this.#media.stop();
    this.#release();
  }

  #listen() {
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return () => {
      analyser.getFloatTimeDomainData(samples);
      return Math.min(1, 4 * Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
    };
  }

  #release() {
    clearInterval(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#context?.close();
    this.#stream = this.#media = this.#context = null;
  }
}
