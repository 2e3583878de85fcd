using BenchmarkDotNet.Running;
using CollabHub.Bench.Engine;
using CollabHub.Bench.Live;

if (args is ["engine", .. var rest]) EngineBench.Run(rest);
else if (args is ["live", .. var options]) await LiveBench.RunAsync(options);
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
