#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the study's networks: tests/study/train.py [--jobs N] [--seeds 1,2]

One row of accuracies.csv for each network and seed, written when it is done;
what has a row is not trained again, so a stopped run is started once more.
"""
import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import recipe as study
import torch
from rows import ACCURACIES, ACCURACY_KEY, Rows, digest, read_networks

HERE = os.path.dirname(os.path.abspath(__file__))
NAS = os.path.join(HERE, "../../build/release/nas")


def train_one(nas, network, name, seed):
    """One row."""
    recipe, start = study.RECIPES[name], time.process_time()
    module = study.load_model(study.export(nas, network))
    torch.manual_seed(seed)
    model = module.Network()
    data = study.fashion_mnist(study.TRAINING, recipe.images)
    loss = study.fit(module, model, data, recipe, seed)
    accuracy, test_loss = study.evaluate(model,
                                         study.fashion_mnist(study.TEST,
                                                             recipe.tested))
    return dict(network=network["name"], digest=digest(network), recipe=name,
                seed=seed, accuracy=f"{accuracy:.4f}", loss=f"{test_loss:.5f}",
                training_loss=f"{loss:.5f}", epochs=recipe.epochs,
                images=recipe.images, torch=torch.__version__,
                cpu_seconds=f"{time.process_time() - start:.1f}")


def missing(networks, table, name, seeds):
    """(network, seed) without a row: all of the first seed first."""
    done = table.keys(ACCURACY_KEY)
    return [(network, seed) for seed in seeds for network in networks
            if (digest(network), name, str(seed)) not in done]


def run(jobs, work, table, one):
    """The rows of one(*arguments) for all work, as they come."""
    table.open()
    with ProcessPoolExecutor(jobs, get_context("spawn"),
                             study.start_worker) as pool:
        futures = [pool.submit(one, *arguments) for arguments in work]
        for n, future in enumerate(as_completed(futures), 1):
            row = future.result()
            table.append(row)
            print(n, "of", len(work), *row.values(), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", default=f"{HERE}/architectures.json")
    parser.add_argument("--output", default=f"{HERE}/accuracies.csv")
    parser.add_argument("--recipe", choices=study.RECIPES, default="1")
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nas", default=NAS)
    args = parser.parse_args()
    table = Rows(args.output, ACCURACIES)
    seeds = [int(seed) for seed in args.seeds.split(",")]
    work = missing(read_networks(args.networks), table, args.recipe, seeds)
    run(args.jobs, [(args.nas, network, args.recipe, seed)
                    for network, seed in work], table, train_one)


if __name__ == "__main__":
    main()
