// Playing: an event at every tick, until the end or until anything else is done.

class Playing {
  constructor({ onstep, speed, button }) {
    Object.assign(this, { onstep, speed, button, timer: null });
    speed.addEventListener("change", () => { if (this.timer) this.start(); });
  }

  get interval() {
    return Number(this.speed.value);
  }

  // Too fast to be read aloud.
  get rushed() {
    return this.timer !== null && this.interval < 1000;
  }

  start() {
    this.stop();
    if (!this.onstep()) return;
    this.timer = setInterval(() => { if (!this.onstep()) this.stop(); }, this.interval);
    this.show();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.show();
  }

  show() {
    const on = this.timer !== null;
    this.button.setAttribute("aria-label", on ? "Pause" : "Play");
    this.button.querySelector("path").setAttribute("d",
      on ? "M5 4h5v16H5zM14 4h5v16h-5z" : "M6 4l14 8-14 8z");
  }
}
