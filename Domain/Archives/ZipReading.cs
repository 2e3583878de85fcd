using System.IO.Compression;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;

namespace CollabHub.Domain.Archives;

/// <summary>A file out of an archive.</summary>
/// <param name="Path">Where it goes.</param>
/// <param name="Text">Its content.</param>
public sealed record ArchivedFile(FilePath Path, string Text);

/// <summary>All of an archive.</summary>
/// <param name="Files">In the order of the archive.</param>
/// <param name="Skipped">Entries that are no part of the tree: what macOS adds.</param>
public sealed record Archive(IReadOnlyList<ArchivedFile> Files, IReadOnlyList<string> Skipped);

/// <summary>Unpacks zip archives that come from anyone: all of it is acceptable, or none of it is taken.</summary>
public static class ZipReading
{
    // The upper half of the attributes is the Unix mode.
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    // A few files that compress well are no bomb.
    private const long RatioFrom = 8 * 1024 * 1024;

    /// <summary>The files of an archive on a stream of known length, or <c>archive.malformed</c>, <c>archive.too_large</c>, <c>archive.entry_invalid</c>.</summary>
    public static Result<Archive> Read(Stream zip, ArchiveLimits limits)
    {
        try
        {
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read);
            return Read(archive, limits, Math.Min(limits.TotalBytes, Math.Max(RatioFrom, limits.Ratio * zip.Length)));
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or EndOfStreamException or ArgumentException or IOException)
        {
            return ArchiveErrors.Malformed;
        }
    }

    private static Result<Archive> Read(ZipArchive archive, ArchiveLimits limits, long left)
    {
        if (archive.Entries.Count > limits.Entries) return ArchiveErrors.TooLarge;
        var (files, skipped) = (new List<ArchivedFile>(), new List<string>());
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            if (!PathOf(entry).TryGet(out var path, out var refused)) return refused;
            if (IsExtra(path.Value))
            {
                skipped.Add(path.Value);
                continue;
            }
            if (entry.FullName.EndsWith('/')) continue;
            if (!keys.Add(path.Key)) return ArchiveErrors.BadEntry(path.Value, "is in the archive twice, perhaps in other case");
            if (!Unpack(entry, path.Value, limits, ref left).TryGet(out var text, out var error)) return error;
            files.Add(new ArchivedFile(path, text));
        }
        return new Archive(files, skipped);
    }

    private static Result<FilePath> PathOf(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        var type = (entry.ExternalAttributes >> 16) & TypeMask;
        var isFolder = name.EndsWith('/');
        if (type != 0 && type != (isFolder ? Folder : RegularFile)) return ArchiveErrors.BadEntry(name, "is a link or a device, not a file");
        if (entry.IsEncrypted) return ArchiveErrors.BadEntry(name, "is encrypted");
        if (name.Contains('\uFFFD', StringComparison.Ordinal)) return ArchiveErrors.BadEntry(name, "has a name that is not UTF-8");
        var parsed = FilePath.Parse(isFolder ? name[..^1] : name);
        return parsed.Error is { } error ? ArchiveErrors.BadEntry(name, error.Message) : parsed;
    }

    private static bool IsExtra(string path) =>
        path == "__MACOSX" || path.StartsWith("__MACOSX/", StringComparison.Ordinal) || path == ".DS_Store" || path.EndsWith("/.DS_Store", StringComparison.Ordinal);

    private static Result<string> Unpack(ZipArchiveEntry entry, string path, ArchiveLimits limits, ref long left)
    {
        using var content = new MemoryStream();
        using var packed = entry.Open();
        var buffer = new byte[16 * 1024];
        for (var read = packed.Read(buffer); read > 0; read = packed.Read(buffer))
        {
            content.Write(buffer, 0, read);
            if (content.Length > limits.FileBytes) return ArchiveErrors.BadEntry(path, FileErrors.ContentTooLarge.Message);
            if (content.Length > left) return ArchiveErrors.TooLarge;
        }
        left -= content.Length;
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        if (Crc32.Of(bytes) != entry.Crc32) return ArchiveErrors.BadEntry(path, "is damaged: its checksum is wrong");
        var text = FileContent.Decode(bytes, limits.FileBytes);
        return text.Error is { } error ? ArchiveErrors.BadEntry(path, error.Message) : text;
    }
}
