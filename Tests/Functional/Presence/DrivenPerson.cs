namespace CollabHub.Tests.Functional.Presence;

/// <summary>Someone whose tabs are opened and lost at random; knows how many there are in truth.</summary>
internal sealed class DrivenPerson(TestHub hub, TestUser user, Guid session) : IAsyncDisposable
{
    private readonly List<Tab> _open = [];
    private readonly List<Tab> _gone = [];
    private Task _move = Task.CompletedTask;
    private volatile int _tabs;
    private volatile string _last = "";

    public TestUser User => user;

    public int Tabs => _tabs;

    /// <summary>What happened last.</summary>
    public string Last => _last;

    public bool IsBusy => !_move.IsCompleted;

    /// <summary>Begins the next thing that happens to this person.</summary>
    public void Begin(Random random)
    {
        var (choice, tab) = (_open.Count == 0 ? 0 : random.Next(5), random.Next(Math.Max(1, _open.Count)));
        _last = choice switch { 0 => "join", 1 => "close", 2 => "reload", 3 => "kill", _ => "freeze" };
        _move = MoveAsync(tab, (TabKind)random.Next(3), messagePack: random.Next(2) == 0);
    }

    /// <summary>What is under way has ended; a failure of it shows here.</summary>
    public Task DoneAsync() => _move;

    public async ValueTask DisposeAsync()
    {
        foreach (var tab in _open.Concat(_gone)) await tab.DisposeAsync();
    }

    private async Task MoveAsync(int at, TabKind kind, bool messagePack)
    {
        if (_last == "join")
        {
            await OpenAsync(kind, messagePack);
            return;
        }
        var tab = _open[at];
        _open.RemoveAt(at);
        _gone.Add(tab);
        if (_last == "reload")
        {
            await tab.CloseAsync();
            _open.Add(await Tab.OpenAsync(hub, user, session, tab.Kind, messagePack));
            return;
        }
        if (_last == "freeze") _last += $" {tab.Kind}";
        _tabs--;
        if (_last.StartsWith("freeze", StringComparison.Ordinal)) tab.Freeze();
        else if (_last == "kill") tab.Kill();
        else await tab.CloseAsync();
    }

    private async Task OpenAsync(TabKind kind, bool messagePack)
    {
        _open.Add(await Tab.OpenAsync(hub, user, session, kind, messagePack));
        _tabs++;
    }
}
