using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Storage;

/// <summary>The directory of the embedded stores; held by one process at a time, since two would not hear of each other's edits.</summary>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;

    private DataDirectory(string root, FileStream held) => (Root, _lock) = (root, held);

    /// <summary>Absolute path.</summary>
    public string Root { get; }

    /// <summary>Takes the directory, creating it when absent; throws <see cref="StartRefusedException"/> when it cannot be written or is in use.</summary>
    public static DataDirectory Take(string path)
    {
        try
        {
            var root = Path.GetFullPath(path);
            CreateDirectory(root);
            var held = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataDirectory(root, held);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            throw new StartRefusedException([$"Data:Directory ({path}) is in use by another server."]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartRefusedException([$"Data:Directory ({path}) cannot be written: {exception.Message}"]);
        }
    }

    /// <summary>The path of a file or folder in here.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>A folder in here, created when absent, readable by the server's account only.</summary>
    public string Folder(string name) => CreateDirectory(this[name]);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static string CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly);
        return path;
    }

    private static bool IsHeldByAnother(IOException exception) =>
        exception.GetType() == typeof(IOException) && exception.Message.Contains("being used by another process", StringComparison.Ordinal);
}
