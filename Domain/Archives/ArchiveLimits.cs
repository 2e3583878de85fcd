using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Archives;

/// <summary>What an archive may hold; counted while it is unpacked, whatever its headers say.</summary>
/// <param name="Entries">Files and folders in it.</param>
/// <param name="FileBytes">Bytes of one file.</param>
/// <param name="TotalBytes">Bytes of all files.</param>
/// <param name="Ratio">Bytes of all files for each byte of the archive; the first 8 MiB are free of it.</param>
public sealed record ArchiveLimits(int Entries, int FileBytes, long TotalBytes, int Ratio = 200);

/// <summary>Why an archive is refused; the entry at fault is named in <c>errors</c>, under its path.</summary>
public static class ArchiveErrors
{
    /// <summary>Not a zip archive, or a damaged one.</summary>
    public static readonly CollabError Malformed = new("archive.malformed", ErrorKind.Invalid, "This is not a zip archive that can be read.");

    /// <summary>Too many files, too many bytes, or bytes that come out of nearly nothing.</summary>
    public static readonly CollabError TooLarge = new("archive.too_large", ErrorKind.Invalid, "The archive unpacks to more than a workspace may hold.");

    /// <summary>An entry cannot become a file of a workspace.</summary>
    public static CollabError BadEntry(string entry, string problem) => new("archive.entry_invalid", ErrorKind.Invalid, "An entry of the archive cannot be imported; nothing was changed.")
    {
        Fields = new Dictionary<string, string[]> { [Shown(entry)] = [problem] },
    };

    // A name from outside may hold anything; what is shown of it is short and plain.
    private static string Shown(string entry)
    {
        var plain = new string([.. entry.Take(200).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c)]);
        return plain.Length == 0 ? "(no name)" : plain;
    }
}
