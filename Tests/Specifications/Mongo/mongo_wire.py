#!/usr/bin/python3
"""A MongoDB wire-protocol server over mongomock, for driving a real driver over a real socket
where no mongod can be had.  Debian: python3-mongomock python3-bson.   Usage: mongo_wire.py PORT [--replset NAME] (PORT 0: a free one).
Ends when its standard input does.
State lives in this process: kill it and the data are gone."""
import os, sys, struct, socketserver, threading, datetime, itertools, time, warnings
warnings.simplefilter("ignore")
import bson, mongomock
from bson.codec_options import CodecOptions
from bson.binary import UuidRepresentation
from bson.int64 import Int64
from bson.objectid import ObjectId
from mongomock.collection import ReturnDocument
from mongomock import DuplicateKeyError, OperationFailure
from mongomock.filtering import filter_applies
from types import SimpleNamespace
for module in (mongomock, mongomock.helpers, mongomock.collection, mongomock.filtering): module.ObjectId = ObjectId   # without pymongo it makes ids that BSON does not have

OPTS = CodecOptions(document_class=dict, uuid_representation=UuidRepresentation.UNSPECIFIED)
client, lock = mongomock.MongoClient(), threading.RLock()
cursors, cursor_ids, req_ids = {}, itertools.count(1001), itertools.count(1)
done_txns, fail, REPL, PORT = {}, {}, None, 0
PROCESS = ObjectId()

class Err(Exception):
    def __init__(self, code, name, msg): self.doc = {"ok": 0.0, "errmsg": msg, "code": code, "codeName": name}

def hello(db, c):
    d = {"helloOk": True, "ismaster": True, "isWritablePrimary": True, "maxBsonObjectSize": 16777216,
         "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "localTime": datetime.datetime.utcnow(),
         "logicalSessionTimeoutMinutes": 30, "connectionId": 1, "minWireVersion": 0, "maxWireVersion": 21, "readOnly": False}
    if REPL:
        me = "127.0.0.1:%d" % PORT
        d.update(setName=REPL, setVersion=1, electionId=PROCESS, hosts=[me], me=me, primary=me, secondary=False)
    return d

def first_batch(name, docs, size, single=False):
    docs = list(docs)
    if size is None: size = 101
    head, rest, cid = docs[:size], docs[size:], 0
    if rest and not single:
        cid = next(cursor_ids); cursors[cid] = (name, rest)
    return {"cursor": {"id": Int64(cid), "ns": name, "firstBatch": head}}

def insert(db, c):
    coll, n, errs = db[c["insert"]], 0, []
    for i, doc in enumerate(c["documents"]):
        try: coll.insert_one(doc); n += 1
        except DuplicateKeyError as e: errs.append({"index": i, "code": 11000, "errmsg": "E11000 duplicate key error collection: %s.%s : %s" % (db.name, coll.name, e)})
        except Exception as e: errs.append({"index": i, "code": 2, "errmsg": repr(e)})
        if errs and c.get("ordered", True): break
    return {"n": n, **({"writeErrors": errs} if errs else {})}

def is_ops(u): return isinstance(u, dict) and next(iter(u), "").startswith("$")

def expand(doc, path, filters):            # "Items.$[e].N" -> the concrete paths of one document (mongomock has no $[] and no arrayFilters)
    out = [([], doc)]
    for part in path.split("."):
        nxt = []
        for done, val in out:
            if not part.startswith("$["): nxt.append((done + [part], val[int(part)] if isinstance(val, list) and part.isdigit() and int(part) < len(val) else val.get(part) if isinstance(val, dict) else None)); continue
            name = part[2:-1]; f = next((f for f in filters if next(iter(f)).split(".")[0] == name), None) if name else {}
            if f is None: raise Err(2, "BadValue", "No array filter found for identifier '%s' in path '%s'" % (name, path))
            if not isinstance(val, list): raise Err(2, "BadValue", "The path '%s' must exist in the document in order to apply array updates." % ".".join(done))
            nxt += [(done + [str(i)], e) for i, e in enumerate(val) if not name or filter_applies(f, {name: e})]
        out = nxt
    return [".".join(d) for d, _ in out]

def apply_ops(coll, q, u, multi, upsert, filters):
    u = {op: dict(v) for op, v in u.items()}
    for k, n in list(u.pop("$mul", {}).items()):      # missing from mongomock too
        d = coll.find_one(q, {k: 1}) or {}; u.setdefault("$set", {})[k] = d.get(k, 0) * n
    for k, spec in list(u.pop("$bit", {}).items()):
        v = (coll.find_one(q, {k: 1}) or {}).get(k, 0)
        for o, n in spec.items(): v = v & n if o == "and" else v | n if o == "or" else v ^ n
        u.setdefault("$set", {})[k] = v
    if not any("$[" in k for v in u.values() for k in v): return (coll.update_many if multi else coll.update_one)(q, u, upsert=upsert)
    n = m = 0
    for d in coll.find(q) if multi else coll.find(q).limit(1):
        one = {op: {p: x for k, x in v.items() for p in (expand(d, k, filters) if "$[" in k else [k])} for op, v in u.items()}
        one = {op: v for op, v in one.items() if v}; n += 1
        if one: m += coll.update_one({"_id": d["_id"]}, one).modified_count
    return SimpleNamespace(matched_count=n, modified_count=m, upserted_id=None)

def update(db, c):
    coll, n, mod, ups, errs = db[c["update"]], 0, 0, [], []
    for i, s in enumerate(c["updates"]):
        try:
            u, up = s["u"], bool(s.get("upsert"))
            if isinstance(u, list): raise Err(9, "FailedToParse", "pipeline updates are not emulated")
            if not is_ops(u): r = coll.replace_one(s["q"], u, upsert=up)
            else: r = apply_ops(coll, s["q"], u, s.get("multi"), up, s.get("arrayFilters") or [])
            if r.upserted_id is not None: n += 1; ups.append({"index": i, "_id": r.upserted_id})
            else: n += r.matched_count; mod += r.modified_count
        except DuplicateKeyError as e: errs.append({"index": i, "code": 11000, "errmsg": "E11000 duplicate key error collection: %s.%s : %s" % (db.name, coll.name, e)})
        except Err as e: errs.append({"index": i, "code": e.doc["code"], "errmsg": e.doc["errmsg"]})
        except Exception as e: errs.append({"index": i, "code": 2, "errmsg": repr(e)})
        if errs and c.get("ordered", True): break
    out = {"n": n, "nModified": mod}
    if ups: out["upserted"] = ups
    if errs: out["writeErrors"] = errs
    return out

def delete(db, c):
    coll = db[c["delete"]]
    return {"n": sum((coll.delete_one if s.get("limit") == 1 else coll.delete_many)(s["q"]).deleted_count for s in c["deletes"])}

def find(db, c):
    coll = db[c["find"]]
    cur = coll.find(c.get("filter", {}), c.get("projection") or None)
    if c.get("sort"): cur = cur.sort(list(c["sort"].items()))
    if c.get("skip"): cur = cur.skip(c["skip"])
    if c.get("limit"): cur = cur.limit(abs(c["limit"]))
    return first_batch("%s.%s" % (db.name, coll.name), cur, c.get("batchSize"), c.get("singleBatch"))

def get_more(db, c):
    if c["getMore"] not in cursors: raise Err(43, "CursorNotFound", "cursor id %s not found" % c["getMore"])
    ns, rest = cursors.pop(c["getMore"]); size = c.get("batchSize") or len(rest)
    if rest[size:]: cursors[c["getMore"]] = (ns, rest[size:])
    return {"cursor": {"id": Int64(c["getMore"] if rest[size:] else 0), "ns": ns, "nextBatch": rest[:size]}}

def mongomock_project(coll, doc, fields):
    t = mongomock.MongoClient().t.t; t.insert_one(doc); return t.find_one({}, fields)

def find_and_modify(db, c):
    coll = db[c.get("findAndModify") or c.get("findandmodify")]
    kw = {"projection": c.get("fields") or None, "sort": list(c["sort"].items()) if c.get("sort") else None}
    if c.get("remove"):
        v = coll.find_one_and_delete(c.get("query", {}), **kw)
        return {"value": v, "lastErrorObject": {"n": int(v is not None)}}
    u, up = c["update"], bool(c.get("upsert"))
    if isinstance(u, list): raise Err(9, "FailedToParse", "pipeline updates are not emulated")
    before = coll.find_one(c.get("query", {}), sort=kw["sort"])
    kw.update(upsert=up, return_document=ReturnDocument.AFTER if c.get("new") else ReturnDocument.BEFORE)
    if before is not None and is_ops(u):
        apply_ops(coll, {**c.get("query", {}), "_id": before["_id"]}, u, False, False, c.get("arrayFilters") or [])
        v = coll.find_one({"_id": before["_id"]}, kw["projection"]) if c.get("new") else (before if not kw["projection"] else mongomock_project(coll, before, kw["projection"]))
    elif is_ops(u): v = coll.find_one_and_update(c.get("query", {}), u, **kw)
    else: v = coll.find_one_and_replace(c.get("query", {}), u, **kw)
    return {"value": v, "lastErrorObject": {"n": int(before is not None or up), "updatedExisting": before is not None}}

def aggregate(db, c):
    p = c["pipeline"]
    if p and "$changeStream" in p[0]: raise Err(40573, "Location40573", "The $changeStream stage is only supported on replica sets")
    if c["aggregate"] == 1: raise Err(59, "CommandNotFound", "database-level aggregate is not emulated")
    return first_batch("%s.%s" % (db.name, c["aggregate"]), db[c["aggregate"]].aggregate(p), (c.get("cursor") or {}).get("batchSize"))

def create_indexes(db, c):
    coll = db[c["createIndexes"]]
    for ix in c["indexes"]:
        kw = {k: ix[k] for k in ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression", "name") if k in ix}
        try: coll.create_index(list(ix["key"].items()), **kw)
        except DuplicateKeyError as e: raise Err(11000, "DuplicateKey", str(e))
        except OperationFailure as e: raise Err(85, "IndexOptionsConflict", str(e))
    return {"numIndexesBefore": 1, "numIndexesAfter": 1 + len(c["indexes"]), "createdCollectionAutomatically": False}

def list_indexes(db, c):
    coll = db[c["listIndexes"]]; ns = "%s.%s" % (db.name, coll.name)
    return first_batch(ns, [{"v": 2, "key": dict(i["key"]), "name": n, **{k: v for k, v in i.items() if k in ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression")}}
                            for n, i in coll.index_information().items()], None)

def drop_indexes(db, c):
    coll, ix = db[c["dropIndexes"]], c["index"]
    coll.drop_indexes() if ix == "*" else coll.drop_index(ix)
    return {"nIndexesWas": 1}

def fail_point(db, c):   # {configureFailPoint:"failCommand", mode:{times:N}|"off", data:{failCommands:[..], errorCode:N | closeConnection:true, blockTimeMS:N}}
    fail.clear()
    if c["mode"] != "off": fail.update(c.get("data", {}), times=c["mode"].get("times", 1 << 30) if isinstance(c["mode"], dict) else 1 << 30)
    return {}

def no_txn(db, c): raise Err(20, "IllegalOperation", "Transactions are not emulated")

CMDS = {"hello": hello, "ismaster": hello, "insert": insert, "update": update, "delete": delete, "find": find, "getmore": get_more,
        "findandmodify": find_and_modify, "aggregate": aggregate, "createindexes": create_indexes, "listindexes": list_indexes,
        "dropindexes": drop_indexes, "configurefailpoint": fail_point, "committransaction": no_txn, "aborttransaction": no_txn,
        "count": lambda db, c: {"n": db[c["count"]].count_documents(c.get("query") or {}, **{k: c[k] for k in ("skip", "limit") if c.get(k)})},
        "distinct": lambda db, c: {"values": db[c["distinct"]].distinct(c["key"], c.get("query") or {})},
        "listcollections": lambda db, c: first_batch(db.name + ".$cmd.listCollections", [{"name": n, "type": "collection", "options": {}, "info": {"readOnly": False}}
            for n in db.list_collection_names() if not c.get("filter", {}).get("name") or n == c["filter"]["name"]], None),
        "listdatabases": lambda db, c: {"databases": [{"name": n, "sizeOnDisk": 1, "empty": False} for n in client.list_database_names()], "totalSize": 1},
        "create": lambda db, c: db.create_collection(c["create"]) and {} or {}, "drop": lambda db, c: db.drop_collection(c["drop"]) or {},
        "dropdatabase": lambda db, c: client.drop_database(db.name) or {"dropped": db.name},
        "killcursors": lambda db, c: {"cursorsKilled": [x for x in c["cursors"] if cursors.pop(x, None)], "cursorsNotFound": [], "cursorsAlive": [], "cursorsUnknown": []},
        "buildinfo": lambda db, c: {"version": "7.0.0", "versionArray": [7, 0, 0, 0], "gitVersion": "mongo-wire", "maxBsonObjectSize": 16777216},
        "ping": lambda db, c: {}, "endsessions": lambda db, c: {}, "refreshsessions": lambda db, c: {}, "getparameter": lambda db, c: {}}

def run(c):
    name = next(iter(c)).lower(); db = client[c.get("$db", "admin")]
    if name not in CMDS: return {"ok": 0.0, "errmsg": "no such command: '%s'" % name, "code": 59, "codeName": "CommandNotFound"}
    if c.get("startTransaction") or c.get("autocommit") is False: return Err(20, "IllegalOperation", "Transactions are not emulated").doc
    key = (bytes(c["lsid"]["id"]), c["txnNumber"]) if "txnNumber" in c else None   # a retried write answers as the first try did
    with lock:
        if key in done_txns: return done_txns[key]
        try: r = {**CMDS[name](db, c), "ok": 1.0}
        except Err as e: return e.doc
        except DuplicateKeyError as e: return {"ok": 0.0, "errmsg": "E11000 duplicate key error : %s" % e, "code": 11000, "codeName": "DuplicateKey"}
        except Exception as e: return {"ok": 0.0, "errmsg": "%s: %s" % (type(e).__name__, e), "code": 2, "codeName": "BadValue"}
        if key: done_txns[key] = r
        return r

class Conn(socketserver.BaseRequestHandler):
    def exactly(self, n):
        b = bytearray()
        while len(b) < n:
            part = self.request.recv(min(n - len(b), 1 << 20))
            if not part: raise ConnectionError
            b += part
        return bytes(b)
    def handle(self):
        try:
            while True:
                ln, rid, _, op = struct.unpack("<iiii", self.exactly(16)); body = self.exactly(ln - 16)
                if op == 2004:                                  # OP_QUERY, only the first hello
                    end = body.index(0, 4); q = bson.decode(body[end + 9:end + 9 + struct.unpack_from("<i", body, end + 9)[0]], OPTS)
                    r = bson.encode(run({**q, "$db": "admin"}), codec_options=OPTS)
                    msg = struct.pack("<iqii", 8, 0, 0, 1) + r; rop = 1
                elif op == 2013:
                    flags, = struct.unpack_from("<I", body); pos, c = 4, None; stop = len(body) - (4 if flags & 1 else 0); seqs = {}
                    while pos < stop:
                        kind = body[pos]; size, = struct.unpack_from("<i", body, pos + 1); part = body[pos + 1:pos + 1 + size]; pos += 1 + size
                        if kind == 0: c = bson.decode(part, OPTS)
                        else: z = part.index(0, 4); seqs[part[4:z].decode()] = bson.decode_all(part[z + 1:], OPTS)
                    c.update(seqs); name = next(iter(c)); out = None
                    if fail.get("times", 0) > 0 and name in fail.get("failCommands", []):
                        fail["times"] -= 1; time.sleep(fail.get("blockTimeMS", 0) / 1000)
                        if fail.get("applyThenClose"): run(c); raise ConnectionError      # the write took hold, the answer is lost
                        if fail.get("closeConnection"): raise ConnectionError
                        if "errorCode" in fail: out = {"ok": 0.0, "code": fail["errorCode"], "errmsg": "fail point", "errorLabels": fail.get("errorLabels", [])}
                    out = out or run(c)
                    if flags & 2: continue                      # moreToCome: unacknowledged write
                    msg = struct.pack("<IB", 0, 0) + bson.encode(out, codec_options=OPTS); rop = 2013
                else: raise ConnectionError
                self.request.sendall(struct.pack("<iiii", 16 + len(msg), next(req_ids), rid, rop) + msg)
        except (ConnectionError, OSError): pass

class Server(socketserver.ThreadingTCPServer): allow_reuse_address = True; daemon_threads = True; request_queue_size = 128

def end_with_starter():
    sys.stdin.read(); os._exit(0)   # the starter closed its end, or is gone

if __name__ == "__main__":
    REPL = sys.argv[sys.argv.index("--replset") + 1] if "--replset" in sys.argv else None
    with Server(("127.0.0.1", int(sys.argv[1])), Conn) as s:
        PORT = s.server_address[1]
        print("listening on", PORT, flush=True)
        threading.Thread(target=end_with_starter, daemon=True).start(); s.serve_forever()
