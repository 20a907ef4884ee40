/** Mocha's spec reporter, with one plain closing line for programs that read the output. */
const { reporters } = require('mocha');

module.exports = class Reporter extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
};
