// onnxruntime-node's install script calls this, and then reads the variable to decide whether to download CUDA's
// libraries: nothing here uses them, and the server that has them may be out of reach.
exports.bootstrap = () => {
  process.env.ONNXRUNTIME_NODE_INSTALL = "skip";
};
