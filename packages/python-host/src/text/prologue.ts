/** What all of the host uses. */
export const prologue = String.raw`
import ast, asyncio, base64, contextlib, contextvars, hashlib, importlib.util, inspect, json, os, shutil
import signal, socketserver, subprocess, sys, threading, time, traceback, types, typing
from http.server import BaseHTTPRequestHandler

REFUSED = 78
OWN_REQUIREMENTS = ["fastapi", "uvicorn"]


class Refused(Exception):
    """What the user has to mend; told without a traceback."""
`;
