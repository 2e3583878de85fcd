using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Editing;

/// <summary>Why an edit was not applied, or a file cannot be opened.</summary>
public static class EditErrors
{
    /// <summary>The role on the file is viewer.</summary>
    public static readonly CollabError ReadOnly = new("file.read_only", ErrorKind.Forbidden, "Your role on this file is viewer; the edit was not applied.");

    /// <summary>The update is over its size bound.</summary>
    public static readonly CollabError TooLarge = new("edit.too_large", ErrorKind.TooLarge, "The edit is larger than one edit may be; send it in smaller parts.");

    /// <summary>The update is not a well-formed Yjs v1 update.</summary>
    public static readonly CollabError Malformed = new("edit.malformed", ErrorKind.Invalid, "The edit is not a well-formed Yjs update.");

    /// <summary>The update continues what another account wrote, or another connection writes.</summary>
    public static readonly CollabError ClientInUse = new(
        "edit.client_in_use", ErrorKind.Conflict, "The edit is written under a Yjs client id of another account; reload the file.");

    /// <summary>The state vector is not well-formed.</summary>
    public static readonly CollabError MalformedVector = new("edit.malformed", ErrorKind.Invalid, "The state vector is not well-formed.");

    /// <summary>The state vector names too many clients that the file does not know.</summary>
    public static readonly CollabError VectorTooLarge = new("edit.too_large", ErrorKind.TooLarge, "The state vector names more unknown clients than it may.");

    /// <summary>The file would grow over its bound.</summary>
    public static readonly CollabError FileTooLarge = new("file.too_large", ErrorKind.TooLarge, "The file has reached its largest size; delete something first.");

    /// <summary>The log cannot commit, and too much waits already.</summary>
    public static readonly CollabError StoreUnavailable = new("store.unavailable", ErrorKind.Unavailable, "Edits cannot be saved right now; try again in a moment.");

    /// <summary>A stored record failed its checksum; the file is shown as far as it is intact.</summary>
    public static readonly CollabError Damaged = new("file.damaged", ErrorKind.Conflict, "Part of this file's history is damaged; it can be read but not changed.");

    /// <summary>Too many people in one file.</summary>
    public static readonly CollabError Full = new("file.full", ErrorKind.RateLimited, "Too many people have this file open.");

    /// <summary>So many people in one file that those who could only read it are kept out.</summary>
    public static readonly CollabError Crowded = new("file.crowded", ErrorKind.RateLimited, "So many people have this file open that only those who may edit it can join; try later.");

    /// <summary>The text is not what <c>If-Match</c> named.</summary>
    public static readonly CollabError TextChanged = new("file.changed", ErrorKind.PreconditionFailed, "The text has changed since it was read.");
}

/// <summary>Why a subscription was ended by the server; the <c>code</c> of a <c>closed</c> frame.</summary>
public static class ClosedCodes
{
    /// <summary>The file was deleted.</summary>
    public const string FileDeleted = "file.deleted";

    /// <summary>The right to read was taken away.</summary>
    public const string AccessRevoked = "access.revoked";

    /// <summary>The session that gave the right to read has ended.</summary>
    public const string SessionEnded = "session.ended";

    /// <summary>This node goes away; reconnect.</summary>
    public const string ServerDraining = "server.draining";

    /// <summary>The queue of this subscriber ran over; open the file again.</summary>
    public const string SlowReader = "slow.reader";

    /// <summary>The same connection opened the file again; the newer stream speaks.</summary>
    public const string Reopened = "file.reopened";

    /// <summary>The room dropped its state after an internal error; open the file again.</summary>
    public const string RoomFailed = "room.failed";
}
