using System.Formats.Tar;
using CollabHub.Domain.Deployments;

namespace CollabHub.Deploy;

/// <summary>Files as a tar stream: ordinary files and folders below one root, nothing that links, escapes or runs as someone else.</summary>
internal static class SourceArchive
{
    private const int UserId = 1000;
    private const UnixFileMode FileMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode FolderMode =
        FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The archive; the paths are canonical, see <see cref="Domain.Files.FilePath"/>.</summary>
    public static async Task<MemoryStream> PackAsync(IReadOnlyList<SourceFile> files, CancellationToken ct)
    {
        var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await tar.WriteEntryAsync(Folder("./"), ct);
            foreach (var folder in files.SelectMany(file => FoldersOf(file.Path)).Distinct().Order(StringComparer.Ordinal)) await tar.WriteEntryAsync(Folder(folder), ct);
            foreach (var file in files)
            {
                using var content = new MemoryStream(file.Content.ToArray(), writable: false);
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, file.Path) { Mode = FileMode, Uid = UserId, Gid = UserId, DataStream = content }, ct);
            }
        }
        stream.Position = 0;
        return stream;
    }

    private static PaxTarEntry Folder(string path) => new(TarEntryType.Directory, path) { Mode = FolderMode, Uid = UserId, Gid = UserId };

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1)) yield return path[..(slash + 1)];
    }
}
