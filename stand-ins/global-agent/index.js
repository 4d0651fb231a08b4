// onnxruntime-node's install script calls this first, and then reads this variable to decide whether to download CUDA's
// libraries: 300 MB that nothing here uses, from a server that may be out of reach.
exports.bootstrap = () => {
  process.env.ONNXRUNTIME_NODE_INSTALL = "skip";
};
