# Debian with Node and Python; the Python environment is made in a volume on first need, with CUDA's own libraries in it.
# gcc and Python's headers are for --compile, which makes code for the card on the spot; git unpacks the GGUF converter.
FROM node:22-bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 python3-venv libgomp1 git gcc libc6-dev python3-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /persona
COPY . .
RUN npm ci
ENTRYPOINT ["node", "/persona/dist/cli.js"]
