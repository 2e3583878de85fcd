namespace CollabHub.Tests.Faults;

/// <summary>Each checker finds what is planted for it, and nothing where all is well.</summary>
public class CheckersTests
{
    private const string Good = "⟦p01:000001⟧\n⟦p02:000001⟧\n⟦p01:000002⟧\n";
    private static readonly string[] Tokens = ["⟦p01:000001⟧", "⟦p02:000001⟧", "⟦p01:000002⟧"];

    [Fact]
    public void Where_all_is_well_nothing_is_found()
    {
        Assert.Empty(Checkers.Convergence(new Dictionary<string, string> { ["a"] = Good, ["b"] = Good }));
        Assert.Empty(Checkers.Saved(Tokens, Good));
        Assert.Empty(Checkers.Once(Good));
        Assert.Empty(Checkers.Typed(Tokens, Good));
        Assert.Empty(Checkers.InOrder("p01", Good));
        Assert.Empty(Checkers.Presence("n", ["ada 2", "bob 1"], ["bob 1", "ada 2"]));
        Assert.Empty(Checkers.OneRole([("n1", "ada", "editor"), ("n2", "ada", "editor"), ("n1", "bob", "viewer")]));
        Assert.Empty(Checkers.Secret("canary", ["nothing", "to see"]));
        Assert.Empty(Checkers.Bounded("n", 100 << 20, 110 << 20, 1.5));
        Assert.Empty(Checkers.Honest(200, "text/plain", "fine"));
        Assert.Empty(Checkers.Honest(404, "application/problem+json", """{"type":"t","title":"t","status":404,"traceId":"1","code":"file.not_found"}"""));
        Assert.Empty(Checkers.InTime("it", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        Assert.Empty(Checkers.Gapless([(1, true), (2, false), (3, true), (4, false)]));
    }

    [Fact]
    public void C1_finds_a_text_that_differs() =>
        Assert.Single(Checkers.Convergence(new Dictionary<string, string> { ["a"] = Good, ["b"] = Good + "x", ["c"] = Good }));

    [Fact]
    public void C2_finds_what_was_saved_and_is_gone() => Assert.Single(Checkers.Saved([.. Tokens, "⟦p03:000001⟧"], Good));

    [Fact]
    public void C3_finds_what_is_there_twice() => Assert.Single(Checkers.Once(Good + "⟦p02:000001⟧\n"));

    [Fact]
    public void C4_finds_what_nobody_typed() => Assert.Single(Checkers.Typed(Tokens, Good + "⟦p99:000001⟧\n"));

    [Fact]
    public void C2_finds_what_never_came() => Assert.Single(Checkers.Arrived([.. Tokens, "⟦p03:000001⟧"], Good));

    [Fact]
    public void C4_finds_what_was_typed_without_a_right_to()
    {
        var typed = new Dictionary<string, (string, double)> { [Tokens[0]] = ("p01", 10), [Tokens[1]] = ("p02", 10) };
        Assert.Single(Checkers.Permitted(typed, [("p01", 5, 20)], Good));
        Assert.Empty(Checkers.Permitted(typed, [("p01", 11, 20), ("p03", 0, 99)], Good));
    }

    [Fact]
    public void C15_finds_people_who_are_held_up_and_a_measurement_that_is_none()
    {
        Assert.Single(Checkers.NotHeldUp([10, 20], [10, 900]));
        Assert.Single(Checkers.NotHeldUp([], [1]));
        Assert.Empty(Checkers.NotHeldUp([300, 400], [700, 799]));
    }

    [Fact]
    public void C5_finds_an_author_out_of_order() => Assert.Single(Checkers.InOrder("p01", "⟦p01:000002⟧\n⟦p01:000001⟧\n"));

    [Fact]
    public void C6_finds_a_ghost_and_someone_who_is_missing()
    {
        Assert.Single(Checkers.Presence("n", ["ada 1"], ["ada 1", "ghost 1"]));
        Assert.Single(Checkers.Presence("n", ["ada 1", "bob 1"], ["ada 1"]));
        Assert.Single(Checkers.Presence("n", ["ada 2"], ["ada 1"]));
    }

    [Fact]
    public void C7_finds_two_roles_of_one_person() => Assert.Single(Checkers.OneRole([("n1", "ada", "editor"), ("n2", "ada", "viewer")]));

    [Fact]
    public void C8_finds_a_canary_that_reached_somebody_else() => Assert.Single(Checkers.Secret("canary", ["a", "the canary sings"]));

    [Fact]
    public void C12_finds_memory_that_stays() => Assert.Single(Checkers.Bounded("n", 100 << 20, 300 << 20, 1.5));

    [Fact]
    public void C13_finds_errors_that_are_no_problems_or_say_too_much()
    {
        Assert.Single(Checkers.Honest(500, "text/html", "<h1>"));
        Assert.Single(Checkers.Honest(404, "application/problem+json", """{"type":"t","title":"t","status":404,"traceId":"1"}"""));
        Assert.Single(Checkers.Honest(
            503, "application/problem+json", """{"type":"t","title":"t","status":503,"traceId":"1","code":"c","detail":"Npgsql.NpgsqlException"}"""));
    }

    [Fact]
    public void C14_finds_what_took_too_long() => Assert.Single(Checkers.InTime("it", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));

    [Fact]
    public void C16_finds_a_gap_and_a_beginning_without_a_snapshot()
    {
        Assert.Single(Checkers.Gapless([(1, true), (3, false)]));
        Assert.Single(Checkers.Gapless([(1, false), (2, false)]));
    }
}
