"""Speech from libespeak-ng: runs as a child process and imports nothing of ours.

The bytes of an utterance depend on all that the library said before in the same process (the noise of its
consonants goes on where it stopped), so a corpus is spoken whole, in a fixed order, by one fresh process:

    python -P speech.py requests.json folder

`requests.json` holds a list of {"file", "voice", "text", "rate", "pitch", "range", "volume", "gap", "pad",
"noise_db", "seed"}; each becomes folder/file, FLAC, 16 bit, mono.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import sys
import tempfile
from pathlib import Path

RATE, VOLUME, PITCH, RANGE, WORD_GAP = 1, 2, 3, 4, 7  # espeak_PARAMETER in speak_lib.h
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: the samples come to the callback, nothing is played
_DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: an error code in place of exit(1)
_UTF8 = 1
_LONGEST_PATH = 140  # the library cuts the path of its data at 160 bytes, and then speaks no English


class SpeechError(RuntimeError):
    """libespeak-ng could not do what was asked."""


class Speaker:
    """The library, once a process: `say` gives int16 samples at `rate` Hz."""

    def __init__(self, library: str, data: str):
        self._library = ctypes.CDLL(library)
        self._callback = _CALLBACK(self._collect)  # kept: the library holds only a pointer to it
        self._heard = bytearray()
        self._voice = None
        self.rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, os.fsencode(data), _DO_NOT_EXIT)
        if self.rate <= 0:
            raise SpeechError(f"libespeak-ng found no usable data in {data}; reinstall espeakng-loader")
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, parameters: dict[int, int]):
        """Samples (n,) int16 of `text`; `parameters` maps espeak_PARAMETER to a whole number."""
        import numpy as np

        # An unknown voice is an error code, and the library goes on with the voice before it.
        if voice != self._voice and self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SpeechError(f"this build of libespeak-ng has no voice {voice!r}")
        self._voice = voice
        for parameter, value in parameters.items():
            if self._library.espeak_SetParameter(parameter, value, 0) != 0:
                raise SpeechError(f"libespeak-ng refuses {value} for parameter {parameter}")
        self._heard.clear()
        line = text.encode() + b"\0"
        if self._library.espeak_Synth(line, len(line), 0, 0, 0, _UTF8, None, None) != 0:
            raise SpeechError(f"libespeak-ng could not say {text!r}")
        self._library.espeak_Synchronize()
        return np.frombuffer(bytes(self._heard), dtype=np.int16)

    def _collect(self, samples, count, _events) -> int:
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, 2 * count)
        return 0


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def speak(requests: list[dict], folder: Path) -> None:
    """Say every request in order into `folder`."""
    import espeakng_loader
    import numpy as np
    import soundfile

    with tempfile.TemporaryDirectory() as spare:
        speaker = Speaker(
            espeakng_loader.get_library_path(), _reachable(espeakng_loader.get_data_path(), spare)
        )
        for request in requests:
            parameters = {
                RATE: request["rate"], PITCH: request["pitch"], RANGE: request["range"],
                VOLUME: request["volume"], WORD_GAP: request["gap"],
            }  # fmt: skip
            voice = speaker.say(request["text"], request["voice"], parameters) / 32768.0
            samples = _in_a_room(voice, request["pad"], request["noise_db"], request["seed"], speaker.rate)
            pcm = np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)
            encoded = io.BytesIO()  # in memory: libsndfile does not report a disk that fills up
            soundfile.write(encoded, pcm, speaker.rate, format="FLAC", subtype="PCM_16")
            (folder / request["file"]).write_bytes(encoded.getbuffer())


def _in_a_room(voice, pad: float, noise_db: float, seed: int, rate: int):
    """`voice` with `pad` seconds of room before and after; the room hums at `noise_db` re full scale."""
    import numpy as np

    silence = np.zeros(round(pad * rate))
    samples = np.concatenate([silence, voice, silence])
    noise = np.random.Generator(np.random.PCG64(seed)).standard_normal(len(samples))
    return samples + 10 ** (noise_db / 20) * noise


def _reachable(data: str, spare: str) -> str:
    if len(os.fsencode(data)) <= _LONGEST_PATH:
        return data
    link = Path(spare) / "espeak-ng-data"
    link.symlink_to(data, target_is_directory=True)
    return str(link)


if __name__ == "__main__":
    speak(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
